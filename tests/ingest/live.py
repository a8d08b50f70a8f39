"""The real server in a process of its own, with fakes behind it: ``python -m`` this, with a port.

Standard input says what fails from now on, a line at a time; standard output says the address.
"""

import json
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from ingest.limits import upload_limits
from ingest.server import run
from tests.ingest.fakes import FakeEvent, FakeStatus
from tests.ingest.service import NOW, Backing, a_reading, settings_of

TIMEOUT_S = 20.0


class Live:
    """A server process and its address."""

    def __init__(self, **options: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ingest.live", json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.url = self._line()

    def connect(self) -> socket.socket:
        """Return an open connection."""
        parts = urlsplit(self.url)
        assert parts.hostname
        return socket.create_connection((parts.hostname, parts.port or 0), TIMEOUT_S)

    def tell(self, line: str) -> None:
        """Have something fail or happen behind the server."""
        assert self.process.stdin
        self.process.stdin.write(line + "\n")

    def stop(self) -> dict[str, Any]:
        """End the server as an orchestrator does, and return what it said of itself."""
        self.process.send_signal(signal.SIGTERM)
        said = json.loads(self._line())
        return {**said, "code": self.process.wait(TIMEOUT_S)}

    def kill(self) -> None:
        """End the server, if it still runs."""
        self.process.kill()
        self.process.communicate()

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()


def main() -> int:
    """Serve until told to end; then say how many records were acknowledged."""
    options = json.loads(sys.argv[1])
    settings = settings_of(**options.get("http", {}))
    bounds = replace(upload_limits(settings.http), **options.get("bounds", {}))
    backing = Backing()
    app = backing.app(settings, bounds=bounds)
    threading.Thread(target=_obey, args=(backing,), daemon=True).start()

    code = run(app, settings, _say)

    said = {"records": len(backing.publisher.records), "closed": backing.publisher.is_closed}
    _say(json.dumps(said))
    return code


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _obey(backing: Backing) -> None:
    for line in sys.stdin:
        word, _, argument = line.strip().partition(" ")
        if word == "finish":
            row = FakeStatus("accepted", result=a_reading(argument))
            backing.readings.rows["default", argument] = row
        elif word == "event":
            event = FakeEvent(1, NOW, "prepare", "done")
            backing.readings.way["default", argument] = [event]
        elif word == "kafka-down":
            backing.publisher.is_down = True


if __name__ == "__main__":
    sys.exit(main())
