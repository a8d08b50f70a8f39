"""A loop that stands still ends its process; one that goes round, or has not begun, does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from streams.runner_watchdog import EXIT_STANDSTILL

PROGRAM = """
import time
from streams.runner_watchdog import Heartbeat, Watchdog
heartbeat = Heartbeat()
Watchdog(heartbeat, standstill_s=0.5).start()
{beats}
time.sleep(2.0)
"""


@pytest.mark.parametrize(
    ("beats", "code"),
    [
        ("heartbeat.beat()", EXIT_STANDSTILL),
        ("", 0),
        ("[(heartbeat.beat(), time.sleep(0.05)) for _ in range(40)]; raise SystemExit(0)", 0),
    ],
    ids=["stands still", "not begun", "goes round"],
)
def test_standing_still_ends_the_process(beats: str, code: int) -> None:
    """With a code of its own, so that a supervisor starts it again."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(beats=beats)],
        cwd=Path(__file__).resolve().parents[2],
        timeout=60,
        check=False,
    )

    assert ended.returncode == code
