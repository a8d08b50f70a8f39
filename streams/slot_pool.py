"""Slots as processes: keeps them busy, replaces what hangs, grows or crashes, names culprits."""

import logging
import selectors
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from schemas.errors import Misconfigured
from streams import metrics
from streams.runner_attempts import Failure, FailureKind
from streams.settings import Settings
from streams.slot_process import SlotProcess, SlotState, start_process
from streams.slots import Done, Job

log = logging.getLogger("bitaqa.slots")

START_TIMEOUT_S = 120.0
START_FAILURES_MAX = 5
RESTART_WAIT_FIRST_S = 0.1
RESTART_WAIT_MAX_S = 30.0
MEMORY_CHECK_S = 0.25
FROZEN_S = 2.0
"""The loop looks after its slots much more often, unless it is frozen itself."""
RECYCLE_SHARE = 0.85
"""A slot larger than this share of its limit is replaced between documents."""
DEPTH_S = 0.05
"""A slot is given about this much work ahead."""
DEPTH_MAX = 256
AHEAD_S = 1.0
"""While more waits than there are slots, each has one document ahead if they are shorter than
this: it would stand still whenever the runner is at a commit."""
BACKLOG_S = 1.0
BACKLOG_MAX = 2000
SECONDS_WEIGHT = 0.2

_TEXTS = {
    FailureKind.CRASH: ("slot.crashed", "the process that read it ended"),
    FailureKind.TIMEOUT: ("slot.timeout", "reading it took longer than the time limit"),
    FailureKind.MEMORY: ("slot.memory", "reading it took more memory than the limit"),
}


@dataclass(frozen=True, slots=True)
class SlotLimits:
    """Bounds of a pool.

    Args:
        count: processes.
        time_limit_s: for one document.
        memory_mb: resident memory of a process.
        jobs_max: documents after which a process is replaced.
        start_timeout_s: for building the stage.
    """

    count: int = 1
    time_limit_s: float = 60.0
    memory_mb: int = 1500
    jobs_max: int = 1000
    start_timeout_s: float = START_TIMEOUT_S


class SlotPool:
    """A number of slots that one runner drives; not thread-safe.

    Args:
        stage: for metrics and logs.
        work: ``module:function`` that builds the stage in a slot.
        settings: handed to it.
        limits: the bounds.
    """

    def __init__(self, stage: str, work: str, settings: Settings, limits: SlotLimits) -> None:
        self._stage = stage
        self._start: Callable[[], SlotProcess] = lambda: start_process(
            work, settings, limits.memory_mb
        )
        self._limits = limits
        self._slots: list[SlotProcess] = []
        self._queue: deque[Job] = deque()
        self._lost: list[Done] = []
        self._selector = selectors.DefaultSelector()
        self._seconds = DEPTH_S
        self._start_failures = 0
        self._started = False
        self._start_at_s = 0.0
        self._memory_checked_s = 0.0
        self._policed_s = time.monotonic()

    def start(self) -> None:
        """Return when the first slot is ready.

        Raises:
            Misconfigured: when the stage cannot be built.
        """
        while not any(slot.state is SlotState.READY for slot in self._slots):
            self._lost.extend(self.collect(0.1))
            if self._start_failures >= START_FAILURES_MAX:
                raise Misconfigured(f"the stage {self._stage} cannot be built; see the log")

    def submit(self, job: Job) -> None:
        """Queue a job."""
        self._queue.append(job)

    def collect(self, timeout_s: float) -> tuple[Done, ...]:
        """Return what is finished, waiting for the first at most so long."""
        self._fill()
        self._feed()
        done, self._lost = self._lost, []
        done += self._hear(0.0 if done else timeout_s)
        done += self._police()
        self._feed()
        return tuple(done)

    def room(self) -> int:
        """Return how many more jobs keep the slots busy for about a second."""
        share = round(self._limits.count * BACKLOG_S / max(self._seconds, 1e-4))
        backlog_max = max(4 * self._limits.count, min(BACKLOG_MAX, share))
        given = sum(len(slot.jobs) for slot in self._slots)
        return max(0, backlog_max - len(self._queue) - given)

    def spare(self) -> bool:
        """Say whether a slot waits for a job."""
        return any(slot.state is SlotState.READY and not slot.jobs for slot in self._slots)

    def working(self) -> Collection[int]:
        """Return the ids of jobs in a slot's hands."""
        return {job.id for slot in self._slots for job in slot.jobs}

    def cancel(self, ids: Collection[int]) -> None:
        """Forget queued jobs; those in a slot's hands go on."""
        self._queue = deque(job for job in self._queue if job.id not in ids)

    def pids(self) -> tuple[int, ...]:
        """Return the processes, for operators and tests."""
        return tuple(slot.process.pid for slot in self._slots)

    def close(self) -> None:
        """End all work at once."""
        for slot in self._slots:
            self._selector.unregister(slot.wire.socket)
            slot.close()
        self._slots.clear()
        self._queue.clear()
        self._selector.close()

    def _fill(self) -> None:
        while len(self._slots) < self._limits.count and time.monotonic() >= self._start_at_s:
            slot = self._start()
            self._slots.append(slot)
            self._selector.register(slot.wire.socket, selectors.EVENT_READ, slot)

    def _feed(self) -> None:
        depth = max(1, min(DEPTH_MAX, int(DEPTH_S / max(self._seconds, 1e-4))))
        self._hand_out(depth, 0)
        if depth == 1 and self._seconds < AHEAD_S:
            self._hand_out(2, len(self._slots))

    def _hand_out(self, depth: int, left: int) -> None:
        """Give each slot up to so many jobs, while more than ``left`` wait."""
        for slot in sorted(self._slots, key=lambda one: len(one.jobs)):
            wanted = depth - len(slot.jobs)
            # In pieces of half a depth: fewer frames when jobs are short.
            if slot.state is not SlotState.READY or wanted < (depth + 1) // 2:
                continue
            jobs = [self._queue.popleft() for _ in range(min(wanted, len(self._queue) - left))]
            if jobs:
                slot.give(jobs)

    def _hear(self, timeout_s: float) -> list[Done]:
        for slot in self._slots:
            writes = selectors.EVENT_WRITE if slot.wire.waits_to_send else 0
            self._selector.modify(slot.wire.socket, selectors.EVENT_READ | writes, slot)
        done: list[Done] = []
        if not self._slots:
            time.sleep(min(timeout_s, max(0.0, self._start_at_s - time.monotonic())))
        for key, events in self._selector.select(timeout_s) if self._slots else ():
            heard: SlotProcess = key.data
            if events & selectors.EVENT_WRITE:
                heard.wire.flush()
            if events & selectors.EVENT_READ:
                done += self._outcomes(heard)
                if heard.wire.closed:
                    done += self._ended(heard)
        return done

    def _outcomes(self, slot: SlotProcess) -> list[Done]:
        was = slot.state
        done = slot.hear()
        if slot.state is SlotState.READY and was is SlotState.STARTING:
            self._start_failures = 0
            self._started = True
            log.info("slot ready", extra={"stage": self._stage, "slot_pid": slot.process.pid})
        for one in done:
            self._seconds += SECONDS_WEIGHT * (one.seconds - self._seconds)
            if one.failure is not None and one.failure.kind is FailureKind.MEMORY:
                slot.state = SlotState.RETIRING
        if slot.jobs_done >= self._limits.jobs_max and slot.state is SlotState.READY:
            slot.state = SlotState.RETIRING
        return done

    def _police(self) -> list[Done]:
        now = time.monotonic()
        self._excuse(now)
        done: list[Done] = []
        for slot in list(self._slots):
            if slot.state is SlotState.STARTING:
                if now - slot.since_s > self._limits.start_timeout_s:
                    done += self._killed(slot, FailureKind.TIMEOUT)
            elif slot.jobs and now - slot.head_since_s > self._limits.time_limit_s:
                done += self._killed(slot, FailureKind.TIMEOUT)
            elif slot.state is SlotState.RETIRING and not slot.jobs:
                self._replace(slot, "jobs")
        if now - self._memory_checked_s > MEMORY_CHECK_S:
            self._memory_checked_s = now
            done += self._weigh()
        return done

    def _excuse(self, now: float) -> None:
        """Give back the time in which this process itself stood still, frozen or suspended."""
        gap_s = now - self._policed_s
        self._policed_s = now
        if gap_s > FROZEN_S:
            for slot in self._slots:
                slot.head_since_s += gap_s
                slot.since_s += gap_s

    def _weigh(self) -> list[Done]:
        done: list[Done] = []
        limit = self._limits.memory_mb * 1024 * 1024
        largest = 0
        for slot in list(self._slots):
            size = slot.rss_bytes()
            largest = max(largest, size)
            if size > limit:
                done += self._killed(slot, FailureKind.MEMORY)
            elif size > limit * RECYCLE_SHARE and slot.state is SlotState.READY:
                slot.state = SlotState.RETIRING
        metrics.SLOT_RSS_BYTES.labels(self._stage).set(largest)
        return done

    def _killed(self, slot: SlotProcess, kind: FailureKind) -> list[Done]:
        """Kill a slot; its culprit is blamed unless its answer was on the way."""
        culprit = slot.jobs[0].id if slot.jobs else None
        slot.kill()
        done = slot.hear()
        blamed = bool(slot.jobs) and slot.jobs[0].id == culprit
        return done + self._gone(slot, kind, blamed=blamed)

    def _ended(self, slot: SlotProcess) -> list[Done]:
        slot.kill()
        return self._gone(slot, FailureKind.CRASH, blamed=bool(slot.jobs))

    def _gone(self, slot: SlotProcess, kind: FailureKind, *, blamed: bool) -> list[Done]:
        done: list[Done] = []
        if blamed:
            culprit = slot.jobs.popleft()
            seconds = time.monotonic() - slot.head_since_s
            done.append(Done(culprit.id, (), Failure(kind, *_TEXTS[kind]), seconds))
        # The neighbours are innocent: first in the queue, no attempt counted.
        self._queue.extendleft(reversed(slot.jobs))
        slot.jobs.clear()
        starting = slot.state is SlotState.STARTING
        self._replace(slot, kind.value)
        if starting:
            self._unbuilt(slot)
        return done

    def _unbuilt(self, slot: SlotProcess) -> None:
        kind, text = slot.problem or ("crashed", f"exit code {slot.process.returncode}")
        if kind == "misconfigured" and not self._started:
            raise Misconfigured(text)
        self._start_failures += 1
        wait_s = RESTART_WAIT_FIRST_S * 2 ** min(self._start_failures, 16)
        self._start_at_s = time.monotonic() + min(RESTART_WAIT_MAX_S, wait_s)
        log.error("slot not built", extra={"stage": self._stage, "kind": kind, "detail": text})

    def _replace(self, slot: SlotProcess, cause: str) -> None:
        metrics.SLOT_RESTARTS.labels(self._stage, cause).inc()
        log.info("slot replaced", extra={"stage": self._stage, "cause": cause})
        self._selector.unregister(slot.wire.socket)
        slot.close()
        self._slots.remove(slot)
