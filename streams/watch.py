"""The watch: stateful views over the whole chain, on Faust.

A table of ways tells how far each document is: an upload without an end is an alert. A table of
sightings tells under which subjects a picture or a number came: two are an alert. After a crash
the tables are made again from their changelogs. Updates are idempotent, since Faust delivers at
least once; an alert that is given a second time after a crash has the same ``ce_id``.
"""

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from faust.web import View
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from schemas.codec import Codec
from schemas.errors import Unprocessable
from schemas.messages import Alert, DocumentOverdue, DocumentRepeated, Message
from streams import metrics, watch_sightings, watch_ways
from streams.embedded.ports import free_port
from streams.headers import alert_headers
from streams.health import Health
from streams.kafka import KafkaLog
from streams.log import Partition, Stop
from streams.registry import open_ids
from streams.runner_sessions import ExitCode
from streams.settings import Settings, required
from streams.topology import (
    FAILED,
    OVERDUE,
    READ,
    REPEATED,
    SIGHTINGS,
    WATCH_GROUP,
    Topology,
    alert_topic,
    watched_topics,
)
from streams.watch_faust import new_app, positions
from streams.watch_progress import Position, Progress
from streams.watch_sightings import Sighting
from streams.watch_ways import Way

log = logging.getLogger("bitaqa.watch")

SWEEP_S = 2.0
WINDOWS_S: Mapping[str, int] = {"5m": 300, "1h": 3600}
KEPT_S = 3660.0
"""A document that came to its end is kept until the widest window has passed over it."""

LISTED_MAX = 200
STOP_POLL_S = 0.25


def run_watch(settings: Settings, pipeline: Topology, stop: Stop) -> ExitCode:
    """Watch until told to stop; return how the process should end.

    Raises:
        Misconfigured: when topics are missing, or the secret.
    """
    required(settings.secret, "SECRET")
    for chatty in ("faust", "mode", "aiokafka", "streams.watch_faust"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    names = [topic.name for topic in pipeline.every_topic]
    KafkaLog(settings.kafka, settings.instance).require(names, stop)
    with tempfile.TemporaryDirectory(prefix="bitaqa-watch-") as data_dir:
        return asyncio.run(_run(settings, data_dir, stop))


async def _run(settings: Settings, data_dir: str, stop: Stop) -> ExitCode:
    watch = Watch(settings, settings.metrics_port or free_port(), data_dir)
    starting = asyncio.create_task(watch.app.start())
    ended = asyncio.create_task(watch.app.wait_until_stopped())
    while not (stop.is_set() or watch.app.crashed or ended.done()):
        await asyncio.wait((ended,), timeout=STOP_POLL_S)
    if watch.app.crashed:
        log.error("watch crashed", extra={"error": type(watch.app.crash_reason).__name__})
    stopped = stop.is_set() and not watch.app.crashed
    await watch.app.stop()
    for task in (starting, ended):
        task.cancel()
    return ExitCode.STOPPED if stopped else ExitCode.RESTART


class Watch:
    """One Faust application and what it knows.

    Args:
        settings: of the process.
        web_port: where its views are served.
        data_dir: a private folder that Faust asks for.
    """

    def __init__(self, settings: Settings, web_port: int, data_dir: str) -> None:
        self._limits = settings.watch
        self._secret = required(settings.secret, "SECRET")
        self._codec = Codec(open_ids(settings))
        self._progress = Progress()
        self._told_until: dict[Partition, float] = {}
        self._erased: set[str] = set()
        self.app = new_app(WATCH_GROUP, settings, web_port, data_dir)
        self._ways = self.app.Table("ways", key_type=bytes)
        self._seen = self.app.Table("sightings", key_type=bytes)
        self._topics = {name: self._topic(name) for name in (OVERDUE, REPEATED, SIGHTINGS)}
        self.app.agent(self._topic(*watched_topics()), name="ways")(self._follow)
        self.app.agent(self._topics[SIGHTINGS], name="sightings")(self._compare)
        self.app.timer(SWEEP_S)(self._sweep)
        for path, answer in _PAGES.items():
            self.app.page(path)(_page(self, answer))

    def _topic(self, *names: str) -> Any:
        return self.app.topic(
            *names, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
        )

    async def _follow(self, stream: Any) -> None:
        """Read the chain's topics, a partition's records in their order."""
        async for event in stream.events():
            message = self._decoded(event.value)
            if message is not None:
                self._move(message, event.message.partition)
                for sighting in watch_sightings.sightings(message, self._secret):
                    await self._topics[SIGHTINGS].send(
                        key=sighting.identity.encode(),
                        value=watch_sightings.to_bytes(sighting),
                    )
            if event.value is None:
                await self._forget(event.message)
            place = (event.message.topic, event.message.partition)
            self._told_until[place] = event.message.timestamp

    def _decoded(self, value: bytes | None) -> Message | None:
        if value is None:
            return None
        try:
            return self._codec.decode(value)
        except Unprocessable:
            # The stages write its dead letter; here it tells nothing.
            metrics.WATCH_SKIPPED.inc()
            return None

    def _move(self, message: Message, partition: int) -> None:
        key = message.document_id.encode()
        known = self._ways.get(key)
        before = None if known is None else watch_ways.from_value(known)
        after = watch_ways.step(before, message, partition, time.time())
        if after is not before:
            self._ways[key] = watch_ways.to_value(after)

    async def _forget(self, tombstone: Any) -> None:
        """Let go of a document that was erased; every watch is told, for what it has seen of it.

        Behind a topic's tombstone stands nothing of that topic's, so the last one ends the way.
        """
        if tombstone.key in self._ways:
            self._put(self._ways, tombstone.key, tombstone.partition, None)
        if tombstone.topic in watch_sightings.SHOWN_BY:
            told = watch_sightings.forgetting(tombstone.key.decode())
            for partition in range(self.app.conf.topic_partitions):
                await self._topics[SIGHTINGS].send(key=b"", value=told, partition=partition)

    async def _compare(self, stream: Any) -> None:
        """Read sightings, each identity's in one partition."""
        async for event in stream.events():
            erased = watch_sightings.forgotten(event.value)
            if erased is not None:
                self._erased.add(erased)
                continue
            new = watch_sightings.from_bytes(event.value)
            key = new.identity.encode()
            kept = watch_sightings.from_value(self._seen.get(key) or ())
            keep, others = watch_sightings.add(kept, new, self._limits.window_s)
            if others:
                await self._tell(_repeated(new, others, self._limits.window_s))
                metrics.WATCH_REPEATED.labels(new.kind).inc()
            if keep != kept:
                self._seen[key] = watch_sightings.to_value(keep)

    async def _sweep(self) -> None:
        """Give alerts that are due, forget what is over, set the gauges."""
        now = time.time()
        where = self._positions()
        mine = {partition for topic, partition in where if topic == READ}
        for key, way in list(self._known()):
            if way.partition not in mine:
                continue
            late = watch_ways.is_overdue(way, self._limits.overdue_s, now)
            if late and self._would_know(way, where):
                await self._tell(_overdue(key, way, self._limits.overdue_s, now))
                metrics.WATCH_OVERDUE.inc()
                told = watch_ways.to_value(replace(way, overdue=True))
                self._put(self._ways, key, way.partition, told)
            elif watch_ways.is_over(way, KEPT_S, now):
                self._put(self._ways, key, way.partition, None)
        self._forget_sightings(now)
        self._set_gauges(now, mine)

    def _would_know(self, way: Way, where: Mapping[Partition, Position]) -> bool:
        """Say whether the document's end would have been read by now if there were one."""
        due = (way.uploaded_at or 0) + self._limits.overdue_s
        for topic in (READ, FAILED):
            position = where.get((topic, way.partition))
            if position is None:
                return False
            if position.behind and self._told_until.get((topic, way.partition), 0) < due:
                return False
        return True

    def _forget_sightings(self, now: float) -> None:
        erased, self._erased = self._erased, set()
        for key, value in list(self._seen.items()):
            seen = watch_sightings.from_value(value)
            kept = tuple(one for one in seen if one.document_id not in erased)
            over = watch_sightings.is_over(kept, self._limits.window_s, now)
            if not over and len(kept) == len(seen):
                continue
            partition = self.app.consumer.key_partition(SIGHTINGS, key)
            if partition is not None:
                left = None if over else watch_sightings.to_value(kept)
                self._put(self._seen, key, partition, left)

    def _put(self, table: Any, key: bytes, partition: int, value: Any) -> None:
        """Change a table outside of a stream, where Faust cannot know the partition."""
        if value is None:
            table.send_changelog(partition, key, None, value_serializer="raw")
            table.data.pop(key, None)
        else:
            table.send_changelog(partition, key, value)
            table.data[key] = value

    async def _tell(self, alert: Alert) -> None:
        sent = await self._topics[alert_topic(alert)].send(
            key=alert.document_id.encode(),
            value=self._codec.encode(alert),
            headers=[(n, v.encode()) for n, v in alert_headers(alert, datetime.now(UTC)).items()],
        )
        await sent
        log.warning(
            "alert", extra={"alert": type(alert).__name__, "document_id": alert.document_id}
        )

    def _known(self) -> Iterator[tuple[bytes, Way]]:
        for key, value in self._ways.items():
            yield key, watch_ways.from_value(value)

    def _positions(self) -> Mapping[Partition, Position]:
        return positions(self.app, frozenset((*watched_topics(), SIGHTINGS)))

    def _set_gauges(self, now: float, mine: set[int]) -> None:
        ways = [way for _, way in self._known() if way.partition in mine]
        metrics.WATCH_PENDING.set(sum(way.outcome is None for way in ways))
        metrics.WATCH_PENDING_OVERDUE.set(sum(way.overdue and way.outcome is None for way in ways))
        metrics.WATCH_DOCUMENTS.clear()
        for window, length_s in WINDOWS_S.items():
            for kind, count in watch_ways.counts(ways, now - length_s).items():
                metrics.WATCH_DOCUMENTS.labels(
                    window, kind.document_type, kind.country, kind.outcome
                ).set(count)

    def health(self) -> Health:
        """Say whether the watch moves; a recovery or a rebalance is no standstill."""
        busy = self.app.rebalancing or not self.app.tables.actives_ready
        if busy:
            self._progress.forget()
        stuck = () if busy else self._progress.stuck(self._positions(), time.monotonic())
        detail = {"stuck_partitions": float(len(stuck)), "recovering": bool(busy)}
        return Health(not stuck and not self.app.crashed, detail)

    def counts(self) -> dict[str, list[dict[str, Any]]]:
        """Return for each window how many documents came to which end."""
        now, ways = time.time(), [way for _, way in self._known()]
        return {
            window: [
                {
                    "document_type": kind.document_type or None,
                    "country": kind.country or None,
                    "outcome": kind.outcome,
                    "documents": count,
                }
                for kind, count in watch_ways.counts(ways, now - length_s).items()
            ]
            for window, length_s in WINDOWS_S.items()
        }

    def pending(self) -> list[dict[str, Any]]:
        """Return the documents on their way, oldest first, at most 200."""
        waiting = [(key, way) for key, way in self._known() if way.outcome is None]
        waiting.sort(key=lambda one: one[1].uploaded_at or one[1].seen_at)
        return [_shown(key, way) for key, way in waiting[:LISTED_MAX]]

    def document(self, document_id: str) -> dict[str, Any] | None:
        """Return what is known of a document; None where nothing is."""
        key = document_id.encode()
        value = self._ways.get(key)
        return None if value is None else _shown(key, watch_ways.from_value(value))


def _metrics(_watch: Watch, view: View) -> Any:
    # aiohttp takes a charset only in the header itself.
    return view.bytes(
        generate_latest(metrics.REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


def _health(watch: Watch, view: View) -> Any:
    health = watch.health()
    body = {"healthy": health.healthy, **health.detail}
    return view.json(body, status=200 if health.healthy else 503)


def _counts(watch: Watch, view: View) -> Any:
    return view.json(watch.counts())


def _pending(watch: Watch, view: View) -> Any:
    return view.json({"documents": watch.pending()})


def _document(watch: Watch, view: View, document_id: str) -> Any:
    found = watch.document(document_id)
    return view.notfound("the watch knows no such document") if found is None else view.json(found)


_PAGES: Mapping[str, Callable[..., Any]] = {
    "/metrics": _metrics,
    "/health": _health,
    "/watch/counts": _counts,
    "/watch/pending": _pending,
    "/watch/documents/{document_id}": _document,
}


def _page(watch: Watch, answer: Callable[..., Any]) -> Any:
    async def page(view: View, _request: Any, **named: str) -> Any:
        return answer(watch, view, **named)

    page.__name__ = answer.__name__.strip("_")
    return page


def _shown(key: bytes, way: Way) -> dict[str, Any]:
    uploaded = None if way.uploaded_at is None else datetime.fromtimestamp(way.uploaded_at, UTC)
    return {
        "document_id": key.decode(),
        "revision": way.revision,
        "stage": way.stage,
        "outcome": way.outcome,
        "overdue": way.overdue,
        "uploaded_at": uploaded and uploaded.isoformat(timespec="milliseconds"),
    }


def _overdue(key: bytes, way: Way, limit_s: int, now: float) -> DocumentOverdue:
    return DocumentOverdue(
        document_id=key.decode(),
        tenant=way.tenant,
        revision=way.revision,
        stage=way.stage,
        uploaded_at=_time(way.uploaded_at or now),
        noticed_at=_time(now),
        limit_s=limit_s,
    )


def _repeated(new: Sighting, others: tuple[str, ...], window_s: int) -> DocumentRepeated:
    return DocumentRepeated(
        document_id=new.document_id,
        tenant=new.tenant,
        revision=new.revision,
        kind=new.kind,
        identity=new.identity,
        other_document_ids=others,
        seen_at=_time(new.at),
        window_s=window_s,
    )


def _time(seconds: float) -> datetime:
    # Avro keeps milliseconds.
    return datetime.fromtimestamp(round(seconds, 3), UTC)
