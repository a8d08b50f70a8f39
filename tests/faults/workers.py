"""Worker processes under a supervisor that starts them again, as Kubernetes would."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
WATCH_S = 0.05
END_S = 30.0


@dataclass
class Worker:
    """One worker's place; the process in it changes."""

    role: str
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] = field(init=False)
    codes: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Start a process in this place."""
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.worker", self.role],
                cwd=ROOT,
                env=os.environ | self.environment | {"PYTHONPATH": str(ROOT)},
                stdout=stream,
                stderr=stream,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the worker alone, not to its slots."""
        if self.process.poll() is None:
            self.process.send_signal(number)


class Supervisor:
    """Starts workers and starts again those that end; stops them all at its end."""

    def __init__(self, workers: list[Worker]) -> None:
        self.workers = workers
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Start them."""
        for worker in self.workers:
            worker.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop them, those that hang by force."""
        self._over.set()
        self._thread.join()
        for worker in self.workers:
            worker.signal(signal.SIGCONT)
            worker.signal(signal.SIGTERM)
        for worker in self.workers:
            try:
                worker.codes.append(worker.process.wait(END_S))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.codes.append(worker.process.wait())

    def _watch(self) -> None:
        while not self._over.wait(WATCH_S):
            for worker in self.workers:
                code = worker.process.poll()
                if code is not None:
                    worker.codes.append(code)
                    worker.start()
