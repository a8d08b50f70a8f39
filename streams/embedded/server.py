"""What the embedded servers have in common: the verbs that tests and the stack use."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from streams.embedded.processes import Child, EmbeddedError

# A server that has not ended by then is killed.
STOP_TIMEOUT_S = 20.0


class Server(ABC):
    """A server in a child process, at an address that outlives restarts. Also a context manager."""

    name: str

    def __init__(self) -> None:
        self._child: Child | None = None

    def start(self) -> None:
        """Start the server and return when it answers; nothing happens when it runs."""
        if self._child is None or self._child.exit_code is not None:
            self._start()

    def stop(self) -> None:
        """Stop in order; one that hangs is killed after a while."""
        if self._child is not None:
            self._child.stop(timeout_s=STOP_TIMEOUT_S)
            self._child = None

    def kill(self) -> None:
        """Kill every process of it as `kill -9` does; `start` recovers what was acknowledged."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def restart(self) -> None:
        """Stop in order and start again on the same address."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze every process of it (SIGSTOP): connections stay open, nothing answers."""
        self._running().pause()

    def resume(self) -> None:
        """Let the frozen processes go on."""
        self._running().resume()

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended since."""
        return self._child is not None and self._child.exit_code is None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        return self._running().pid

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the server, whatever happened."""
        self.stop()

    @abstractmethod
    def _start(self) -> None:
        """Set `_child` to a process that answers."""

    def _running(self) -> Child:
        if self._child is None:
            msg = f"{self.name} does not run: call start() first"
            raise EmbeddedError(msg)
        return self._child
