"""What was fetched is not thrown away while the watch's tables come back."""

import asyncio
from pathlib import Path

from mode.utils.queues import FlowControlQueue

from streams.settings import load_settings
from streams.watch_faust import new_app


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
