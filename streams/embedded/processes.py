"""Child processes that never outlive us, and the one way to wait for them."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

POLL_S = 0.05
LOG_TAIL_BYTES = 2_000
# A signal is delivered at once, save on a machine that is busy.
PAUSE_TIMEOUT_S = 5.0

# The kernel sends the parent-death signal when the *thread* that started the child ends. All
# children are therefore started from this one thread, which lives as long as the process.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-starter")


class EmbeddedError(Exception):
    """A part of the embedded stack cannot run; the message names the cause and the cure."""


class Child:
    """One server process: started in its own session, its output appended to a log file.

    Args:
        command: The program and its arguments.
        log: Where standard output and error go.
        stop_signal: What asks this program to stop in order.
        orphan_signal: What the kernel sends it when we die without a word.
        user: The account to run as, when we are root and the program refuses root.
        environment: What is added to our own environment.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals = signal.SIGKILL,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._log = log
        self._log_start = log.stat().st_size if log.exists() else 0
        self._stop_signal = stop_signal
        tethered = [*tether(orphan_signal), *command]

        def start() -> subprocess.Popen[bytes]:
            with log.open("ab") as output:
                return subprocess.Popen(
                    tethered,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    # Ctrl-C in a terminal reaches us alone, and we stop the children in order.
                    start_new_session=True,
                    cwd="/",
                    env=os.environ | dict(environment or {}),
                    user=user,
                    group=None if user is None else group_of(user),
                    extra_groups=None if user is None else [],
                )

        self._process = _starter.submit(start).result()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def stop(self, *, timeout_s: float) -> None:
        """Ask it to stop, and kill it when it has not done so in time."""
        if self.exit_code is None:
            self.resume()
            self._process.send_signal(self._stop_signal)
            try:
                self._process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill it and all its children, as `kill -9` does: no chance to tidy up."""
        self._signal_all(signal.SIGKILL)
        self._process.wait()

    def pause(self) -> None:
        """Freeze it and all its children; return when it stands still."""
        self._signal_all(signal.SIGSTOP)
        deadline = time.monotonic() + PAUSE_TIMEOUT_S
        while _moves(self.pid) and time.monotonic() < deadline:
            time.sleep(POLL_S)

    def resume(self) -> None:
        """Let it go on after `pause`."""
        self._signal_all(signal.SIGCONT)

    def log_tail(self) -> str:
        """Return the end of what it said since it started."""
        with self._log.open("rb") as stream:
            end = stream.seek(0, os.SEEK_END)
            stream.seek(max(self._log_start, end - LOG_TAIL_BYTES))
            return stream.read().decode(errors="replace")

    def _signal_all(self, number: signal.Signals) -> None:
        if self.exit_code is not None:
            return
        try:
            parent = psutil.Process(self.pid)
            everyone = [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for each in everyone:
            try:
                each.send_signal(number)
            except psutil.NoSuchProcess:
                continue


def group_of(user: str) -> int:
    """Return the id of the account's own group."""
    return pwd.getpwnam(user).pw_gid


def wait_ready(child: Child, ready: Callable[[], bool], *, name: str, timeout_s: float) -> None:
    """Return once `ready()` holds. Raise `EmbeddedError` with the log's end when it never does."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        if child.exit_code is not None:
            msg = f"{name} ended with {child.exit_code} at start; it said:\n{child.log_tail()}"
            raise EmbeddedError(msg)
        if time.monotonic() > deadline:
            child.kill()
            msg = f"{name} was not ready after {timeout_s:.0f} s; it said:\n{child.log_tail()}"
            raise EmbeddedError(msg)
        time.sleep(POLL_S)


def tether(number: signal.Signals) -> list[str]:
    """Return the prefix that ties a command's life to ours; nothing where Linux's is not there."""
    setpriv = shutil.which("setpriv", path=os.defpath + ":/usr/bin:/usr/sbin:/sbin")
    if setpriv is None:
        return []
    # The kernel tells nothing of a parent that died before the tether was tied, so look.
    same_parent = ["sh", "-c", '[ "$PPID" = "$1" ] || exit 1; shift; exec "$@"', "sh"]
    return [setpriv, "--pdeathsig", number.name, "--", *same_parent, str(os.getpid())]


def _moves(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_STOPPED
    except psutil.NoSuchProcess:
        return False
