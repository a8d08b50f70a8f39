"""What was fetched is not thrown away while the watch's tables come back."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP
from mode.utils.queues import FlowControlQueue

from streams.settings import load_settings
from streams.watch_faust import new_app, positions


def test_a_flow_that_is_on_keeps_its_queues_when_it_is_resumed(tmp_path: Path) -> None:
    """Faust resumes twice: before the changelogs are read, and after it sought to the offsets."""

    async def kept() -> list[int]:
        flow = new_app("watch", load_settings({}), 6066, str(tmp_path)).flow_control
        queue: FlowControlQueue[int] = FlowControlQueue(flow_control=flow, clear_on_resume=True)
        queue.put_nowait(1)
        flow.resume()
        queue.put_nowait(2)
        flow.resume()
        return [queue.get_nowait() for _ in range(queue.qsize())]

    assert asyncio.run(kept()) == [2]


@pytest.mark.parametrize("acked", [True, False])
def test_a_record_that_came_twice_and_was_acknowledged_is_finished(*, acked: bool) -> None:
    """Faust keeps it among those it waits for; the watch would wait for ever to tell an alert."""
    place = TP("read", 0)
    state = SimpleNamespace(has_valid_position=True, position=7, lso=7)
    assignment = SimpleNamespace(tps={place}, state_value=lambda _: state)
    subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=assignment))
    consumer = SimpleNamespace(
        unacked={_Message(place, acked=acked)},
        _thread=SimpleNamespace(_consumer=SimpleNamespace(_subscription=subscription)),
        _committed_offset={place: 7},
    )
    app: Any = SimpleNamespace(consumer=consumer)

    assert positions(app, frozenset({"read"}))[("read", 0)].behind is not acked


class _Message:
    def __init__(self, tp: TP, *, acked: bool) -> None:
        self.tp, self.acked = tp, acked
