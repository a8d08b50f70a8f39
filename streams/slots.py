"""Where the work of a stage is done: jobs in, outcomes out, one culprit for each loss.

:class:`InlineSlots` works in the runner's own process, for cheap stages; ``slot_pool.SlotPool``
in processes of one slot each, so that a crash, a hang or a blow-up is pinned on one document.
"""

import importlib
import time
import traceback
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol

from schemas.codec import Codec
from schemas.errors import Misconfigured, Unavailable, Unprocessable
from schemas.messages import Message
from streams.headers import NAME_LENGTH_MAX, Event, event_of
from streams.log import MESSAGE_BYTES_MAX
from streams.runner_attempts import Failure, FailureKind
from streams.settings import Settings
from streams.tally import Count, taken
from streams.topology import topic_of

Work = Callable[[Message], tuple[Message, ...]]
Factory = Callable[[Settings], Work]

INLINE_SLICE_S = 0.05
"""An in-line batch longer than this lets the loop go round."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document's message for a slot."""

    id: int
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Output:
    """A message that the work gave, encoded for its topic."""

    event: Event
    topic: str
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """A job's outcome: outputs, or a failure.

    Args:
        id: the job's.
        outputs: what to write; nothing where it failed.
        failure: why it failed; None where it did not.
        seconds: how long the slot worked.
        counts: what it noted for the metrics.
    """

    id: int
    outputs: tuple[Output, ...] = ()
    failure: Failure | None = None
    seconds: float = 0.0
    counts: tuple[Count, ...] = ()


class Slots(Protocol):
    """What a runner asks of the place where work is done."""

    def start(self) -> None:
        """Return when work can begin.

        Raises:
            Misconfigured: when the stage cannot be built.
        """
        ...

    def submit(self, job: Job) -> None:
        """Queue a job."""
        ...

    def collect(self, timeout_s: float) -> tuple[Done, ...]:
        """Return what is finished, waiting for the first; drives the work."""
        ...

    def room(self) -> int:
        """Return how many more jobs keep the slots busy without a long queue."""
        ...

    def spare(self) -> bool:
        """Say whether a further job would be worked on at once."""
        ...

    def working(self) -> Collection[int]:
        """Return the ids of jobs in a slot's hands."""
        ...

    def cancel(self, ids: Collection[int]) -> None:
        """Forget queued jobs; those in a slot's hands go on."""
        ...

    def close(self) -> None:
        """End all work at once."""
        ...


class InlineSlots:
    """Does the work in this process; a bug costs the document, never the loop."""

    queue_max = 2000

    def __init__(self, work: Work, codec: Codec) -> None:
        self._work = work
        self._codec = codec
        self._jobs: deque[Job] = deque()

    def start(self) -> None:
        """Nothing to wait for."""

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._jobs.append(job)

    def collect(self, timeout_s: float) -> tuple[Done, ...]:
        """Work through the queue for a slice of time and return the outcomes."""
        if not self._jobs and timeout_s > 0:
            time.sleep(timeout_s)
        done: list[Done] = []
        until = time.monotonic() + INLINE_SLICE_S
        while self._jobs and time.monotonic() < until:
            job = self._jobs.popleft()
            done.append(perform(job, self._work, self._codec))
        return tuple(done)

    def room(self) -> int:
        """Return how many more jobs fit."""
        return max(0, self.queue_max - len(self._jobs))

    def spare(self) -> bool:
        """Say whether the queue is empty."""
        return not self._jobs

    def working(self) -> Collection[int]:
        """Nothing is ever between two calls."""
        return ()

    def cancel(self, ids: Collection[int]) -> None:
        """Forget queued jobs."""
        self._jobs = deque(job for job in self._jobs if job.id not in ids)

    def close(self) -> None:
        """Forget all jobs."""
        self._jobs.clear()


def build(work: str, settings: Settings) -> Work:
    """Return a stage from ``module:function``.

    Raises:
        Misconfigured: when there is no such factory, or it says so itself.
    """
    module, _, name = work.partition(":")
    try:
        factory: Factory = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise Misconfigured(f"no stage {work}: {type(error).__name__}: {error}") from error
    return factory(settings)


def perform(job: Job, work: Work, codec: Codec) -> Done:
    """Return the outcome of a job, whatever the work does short of ending the process."""
    began = time.perf_counter()
    outputs: tuple[Output, ...] = ()
    failure: Failure | None = None
    try:
        message = _named(codec.decode(job.value))
        outputs = tuple(_encoded(each, codec) for each in work(message))
    except Unprocessable as error:
        failure = Failure(FailureKind.UNPROCESSABLE, error.reason, error.message)
    except Unavailable as error:
        failure = Failure(
            FailureKind.UNAVAILABLE,
            f"unavailable.{error.dependency}",
            error.message,
            error.retry_after_s,
        )
    except MemoryError:
        failure = Failure(FailureKind.MEMORY, "slot.memory", "the work ran out of memory")
    except Exception as error:  # noqa: BLE001 - any bug costs one attempt, never the loop
        failure = Failure(FailureKind.BUG, "stage.bug", _place(error))
    return Done(job.id, outputs, failure, time.perf_counter() - began, taken())


def _named(message: Message) -> Message:
    if max(len(message.document_id), len(message.tenant)) > NAME_LENGTH_MAX:
        raise Unprocessable("message.malformed", "no id and no tenant is so long")
    return message


def _encoded(message: Message, codec: Codec) -> Output:
    value = codec.encode(message)
    if len(value) > MESSAGE_BYTES_MAX:
        raise Unprocessable("message.too_large", f"the result takes {len(value)} bytes")
    return Output(event_of(message), topic_of(message), value)


def _place(error: Exception) -> str:
    """Name a bug by its type and place; its text could carry a document's values."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
