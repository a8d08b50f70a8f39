"""The runner's side of one slot: its process, its wire and what it has in hand."""

import os
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from streams.settings import Settings
from streams.slot_wire import Wire
from streams.slots import Done, Job

WAIT_AFTER_KILL_S = 10.0
DATA_LIMIT_FACTOR = 2
"""Memory mapped against memory used: the resident size is what the runner checks."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"), "1")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class SlotState(StrEnum):
    """The life of a slot's process."""

    STARTING = "starting"
    READY = "ready"
    RETIRING = "retiring"


@dataclass(slots=True)
class SlotProcess:
    """One process; answers come in the order of its jobs, so the first is what it works on."""

    process: subprocess.Popen[bytes]
    wire: Wire
    state: SlotState = SlotState.STARTING
    since_s: float = field(default_factory=time.monotonic)
    jobs: deque[Job] = field(default_factory=deque)
    head_since_s: float = 0.0
    jobs_done: int = 0
    problem: tuple[str, str] | None = None

    def give(self, jobs: Sequence[Job]) -> None:
        """Hand over jobs; the time of the first begins when nothing stands before it."""
        if not self.jobs:
            self.head_since_s = time.monotonic()
        self.jobs.extend(jobs)
        self.wire.send(list(jobs))

    def hear(self) -> list[Done]:
        """Return the outcomes that arrived."""
        found: list[Done] = []
        for kind, content in self.wire.receive():
            match kind:
                case "ready":
                    self.state = SlotState.READY
                case "done":
                    found.append(self._answered(content))
                case _:
                    self.problem = (kind, content)
        return found

    def rss_bytes(self) -> int:
        """Return the resident memory; 0 where the process is gone."""
        try:
            pages = Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * _PAGE_BYTES

    def kill(self) -> None:
        """End the process at once; what it said before can still be heard."""
        self.process.kill()
        self.process.wait(WAIT_AFTER_KILL_S)

    def close(self) -> None:
        """End the process and let go of the wire."""
        self.kill()
        self.wire.socket.close()

    def _answered(self, done: Any) -> Done:
        self.jobs.popleft()
        self.jobs_done += 1
        self.head_since_s = time.monotonic()
        outcome: Done = done
        return outcome


def start_process(work: str, settings: Settings, memory_mb: int) -> SlotProcess:
    """Return a slot whose process has begun to build its stage."""
    ours, theirs = socket.socketpair()
    limit_bytes = memory_mb * DATA_LIMIT_FACTOR * 1024 * 1024
    environment = os.environ | ONE_THREAD | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    number = theirs.fileno()
    with theirs:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streams.slot_main",
                str(number),
                str(os.getpid()),
                str(limit_bytes),
            ],
            stdin=subprocess.DEVNULL,
            # A command's standard output is its own.
            stdout=sys.stderr.fileno() if _has_number(sys.stderr) else subprocess.DEVNULL,
            pass_fds=(number,),
            env=environment,
        )
    slot = SlotProcess(process, Wire(ours))
    slot.wire.send((work, settings))
    return slot


def _has_number(stream: Any) -> bool:
    try:
        return bool(stream.fileno() >= 0)
    except (OSError, ValueError, AttributeError):
        return False
