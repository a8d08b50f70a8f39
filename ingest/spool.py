"""The folder in which bodies lie while they arrive; what a killed process left is swept."""

import re
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Self

import psutil

_PREFIX = "bitaqa-spool-"
CLOCKS_APART_S = 1.0
"""The start of a process is told in ticks since the machine's."""
_NAME = re.compile(_PREFIX + r"([0-9]{1,9})-\w+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Spool:
    """This process's folder, readable by nobody else."""

    path: Path

    def close(self) -> None:
        """Remove the folder and whatever is in it."""
        shutil.rmtree(self.path, ignore_errors=True)


class Drawer:
    """The files of one upload, gone when it is done with.

    Names are random: nothing that a caller says is ever part of a path.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths: list[Path] = []

    def __enter__(self) -> Self:
        """Give out paths until the block ends."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Remove what was written."""
        for path in self._paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def new_path(self) -> Path:
        """Return the path of a file that does not exist yet."""
        self._paths.append(self._folder / token_hex(16))
        return self._paths[-1]


def open_spool(parent: Path | None = None) -> Spool:
    """Make a folder for this process, after removing those of processes that are gone."""
    parent = parent or Path(tempfile.gettempdir())
    for left in parent.glob(f"{_PREFIX}*"):
        named = _NAME.fullmatch(left.name)
        if named and not _is_of_a_living(left, int(named[1])):
            shutil.rmtree(left, ignore_errors=True)
    return Spool(Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{psutil.Process().pid}-", dir=parent)))


def _is_of_a_living(folder: Path, pid: int) -> bool:
    # In a container every process has the same number: one younger than the folder never made it.
    try:
        return folder.stat().st_mtime >= psutil.Process(pid).create_time() - CLOCKS_APART_S
    except (psutil.NoSuchProcess, OSError):
        return False
    except psutil.AccessDenied:
        return True
