import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from streams.embedded.ports import PORT_MAX, PORT_MIN, free_ports
from streams.embedded.processes import Child, EmbeddedError, tether, wait_ready

WAIT_S = 20.0

PARENT = """
import sys, pathlib
from streams.embedded.processes import Child
child = Child(["sleep", "600"], log=pathlib.Path(sys.argv[1]))
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    """`kill -9` of the parent takes the child along."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))

        parent.send_signal(signal.SIGKILL)
        parent.wait(WAIT_S)

        gone, alive = psutil.wait_procs([child], timeout=WAIT_S)
    assert gone or all(each.status() == psutil.STATUS_ZOMBIE for each in alive)


def test_a_child_whose_parent_died_before_the_tether_was_tied_does_not_start() -> None:
    """The kernel tells only of deaths to come; here the parent is already another process."""
    orphan = [*tether(signal.SIGKILL), "echo", "started"]

    ended = subprocess.run(
        ["sh", "-c", '"$@"; exit "$?"', "sh", *orphan], capture_output=True, check=False
    )

    assert (ended.returncode, ended.stdout) == (1, b"")


def test_a_child_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    """The kernel ties a child to a thread: ours is tied to one that lives as long as we do."""
    children: list[Child] = []

    def start() -> None:
        children.append(Child(["sleep", "600"], log=tmp_path / "log"))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    with pytest.raises(psutil.TimeoutExpired):
        psutil.Process(children[0].pid).wait(timeout=0.2)
    children[0].kill()


def test_a_paused_child_stands_still_until_resumed(tmp_path: Path) -> None:
    """Pausing freezes the whole process tree, and stopping a frozen one still works."""
    child = Child(["sh", "-c", "sleep 600 & wait"], log=tmp_path / "log")

    child.pause()
    assert psutil.Process(child.pid).status() == psutil.STATUS_STOPPED

    child.stop(timeout_s=WAIT_S)
    assert child.exit_code == -signal.SIGTERM


def test_one_that_ignores_the_request_to_stop_is_killed(tmp_path: Path) -> None:
    """A server that hangs does not hang us."""
    child = Child(["sh", "-c", "trap '' TERM; echo up; sleep 600"], log=tmp_path / "log")
    wait_ready(child, lambda: "up" in child.log_tail(), name="sh", timeout_s=WAIT_S)

    child.stop(timeout_s=0.1)

    assert child.exit_code == -signal.SIGKILL


def test_one_that_ends_at_start_is_reported_with_its_last_words(tmp_path: Path) -> None:
    """The error has the exit code and what this start said, nothing of an earlier one."""
    log = tmp_path / "log"
    log.write_text("an earlier life\n")
    child = Child(["sh", "-c", "echo no disk; exit 3"], log=log)

    with pytest.raises(EmbeddedError, match=r"it ended with 3 at start; it said:\nno disk") as told:
        wait_ready(child, lambda: False, name="it", timeout_s=WAIT_S)
    assert "earlier" not in str(told.value)


def test_one_that_never_answers_is_killed_and_reported(tmp_path: Path) -> None:
    """Waiting ends, and leaves no process behind."""
    child = Child(["sleep", "600"], log=tmp_path / "log")

    with pytest.raises(EmbeddedError, match="not ready after 0 s"):
        wait_ready(child, lambda: False, name="it", timeout_s=0.2)
    assert child.exit_code == -signal.SIGKILL


def test_ports_are_different_and_out_of_the_way_of_outgoing_connections() -> None:
    """They lie below Linux's range for the local end of connections."""
    ports = free_ports(20)

    assert len(set(ports)) == 20
    assert all(PORT_MIN <= port <= PORT_MAX for port in ports)
