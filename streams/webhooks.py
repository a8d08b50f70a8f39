"""Webhook workers: take deliveries that are due, send them, write how it went. At least once.

A delivery is a row that the sink wrote with the event itself. A receiver tells repetitions by
the ``webhook-id``, which never changes.
"""

import asyncio
import logging
import random
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Protocol

from schemas.codec import Codec
from schemas.errors import Unavailable, Unprocessable
from schemas.messages import DocumentRead
from streams import metrics
from streams.health import HEARTBEAT_AGE_MAX_S, Health, HealthServer
from streams.log import Stop
from streams.mail import MailServer, mail_of, mail_server, send_mail
from streams.registry import open_ids
from streams.runner_sessions import ExitCode
from streams.runner_watchdog import Heartbeat, Watchdog
from streams.settings import Settings, required
from streams.webhook_http import Answer, HttpSender
from streams.webhook_messages import Delivery, body_of, headers_of
from streams.webhook_rows import EACH_MAX, Deliveries, End, Outcome
from streams.webhook_targets import TargetRules, mail_address_of

log = logging.getLogger("bitaqa.webhooks")

IN_FLIGHT_MAX = 256
POLL_S = 0.5
TELL_EVERY_S = 5.0
DRAIN_S = 20.0
BACKOFF_MAX_S = 5.0
SCHEDULE_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Waits after the first attempt, the second and so on; Standard Webhooks' example."""
JITTER = 0.2
QUIET_S = 30.0
"""How long an endpoint that has too much to do is left alone where it does not say."""


class Sender(Protocol):
    """Carries a signed body to a web server."""

    async def post(self, url: str, headers: dict[str, str], body: str) -> Answer:
        """Return how a request ended; never raises for what the receiver does."""
        ...


def target_rules(settings: Settings) -> TargetRules:
    """Return where the settings let webhooks go."""
    return TargetRules(settings.webhooks.networks, settings.webhooks.plain_http)


def run_webhooks(settings: Settings, stop: Stop) -> int:
    """Deliver until told to stop; return how the process should end.

    Raises:
        Misconfigured: when no database is set, or the mail server's setting is wrong.
    """
    dsn = required(settings.postgres_dsn, "POSTGRES_DSN")
    url = settings.webhooks.smtp_url
    mail = mail_server(url, settings.webhooks.mail_from) if url else None
    return asyncio.run(_run(settings, dsn, mail, stop))


async def _run(settings: Settings, dsn: str, mail: MailServer | None, stop: Stop) -> int:
    rows = Deliveries(dsn)
    sender = HttpSender(target_rules(settings))
    worker = WebhookWorker(rows, sender, mail, Codec(open_ids(settings)), stop)
    watchdog = Watchdog(worker.heartbeat)
    with HealthServer(worker.health, settings.metrics_port, settings.metrics_host):
        watchdog.start()
        try:
            await worker.run()
        finally:
            watchdog.stop()
            await sender.close()
            await rows.close()
    return ExitCode.STOPPED


class WebhookWorker:
    """One of any number of workers.

    Args:
        rows: the table of deliveries.
        sender: carries webhooks.
        mail: where mail is handed in, None where there is none.
        codec: decodes results.
        stop: set from outside to end after what is in flight.
        schedule_s: waits between attempts.
    """

    def __init__(
        self,
        rows: Deliveries,
        sender: Sender,
        mail: MailServer | None,
        codec: Codec,
        stop: Stop,
        schedule_s: tuple[float, ...] = SCHEDULE_S,
    ) -> None:
        self.heartbeat = Heartbeat()
        self._rows = rows
        self._sender = sender
        self._mail = mail
        self._codec = codec
        self._stop = stop
        self._schedule_s = schedule_s
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: Counter[str] = Counter()
        self._database_up = True
        self._failures = 0
        self._told_s = 0.0

    async def run(self) -> None:
        """Work until told to stop, then wait for what is in flight."""
        while not self._stop.is_set():
            self.heartbeat.beat()
            try:
                taken = await self._take()
                await self._tell()
            except Unavailable as error:
                await self._wait(error)
                continue
            self._failures, self._database_up = 0, True
            if not taken:
                await self._pause()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN_S)

    def health(self) -> Health:
        """Say whether the loop goes round; a database that is down is told, no more."""
        age_s = self.heartbeat.age_s
        detail: dict[str, str | float | bool] = {
            "stage": "webhooks",
            "postgres": "up" if self._database_up else "down",
            "heartbeat_age_s": round(age_s, 1),
            "in_flight": len(self._tasks),
        }
        return Health(age_s < HEARTBEAT_AGE_MAX_S, detail)

    async def _take(self) -> bool:
        room = IN_FLIGHT_MAX - len(self._tasks)
        if not room:
            return False
        busy = [endpoint_id for endpoint_id, count in self._busy.items() if count >= EACH_MAX]
        taken = await self._rows.take(room, busy)
        for delivery in taken:
            self._busy[delivery.endpoint_id] += 1
            task = asyncio.create_task(self._deliver(delivery))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return bool(taken)

    async def _pause(self) -> None:
        """Wait for a moment, or until an attempt has ended: its endpoint may take the next."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=POLL_S, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(POLL_S)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            end = self._end(delivery, await self._attempt(delivery))
            await self._write(delivery, end)
        finally:
            self._busy[delivery.endpoint_id] -= 1
            self._busy += Counter()  # Drops what is down to zero.

    async def _attempt(self, delivery: Delivery) -> Answer | None:
        """Send once; return None where there is nothing to tell any more."""
        try:
            read = self._read(delivery)
        except Unprocessable:
            return None
        if read is None and delivery.failure is None:
            return None
        recipient = mail_address_of(delivery.url)
        if recipient is None:
            body = body_of(delivery, read)
            headers = headers_of(delivery, body, datetime.now(UTC))
            return await self._sender.post(delivery.url, headers, body)
        if self._mail is None:
            return Answer("mail.off", 0.0)
        mail = mail_of(delivery, read, recipient, self._mail.sender)
        return await asyncio.to_thread(send_mail, self._mail, mail)

    def _read(self, delivery: Delivery) -> DocumentRead | None:
        if delivery.record is None:
            return None
        message = self._codec.decode(delivery.record)
        return message if isinstance(message, DocumentRead) else None

    def _end(self, delivery: Delivery, answer: Answer | None) -> End:
        if answer is None:
            return End(Outcome.CANCELLED, "document.deleted", 0.0)
        reason, seconds = answer.reason, answer.seconds
        if answer.delivered:
            return End(Outcome.DELIVERED, reason, seconds)
        if answer.gone:
            return End(Outcome.GONE, reason, seconds)
        if answer.final or delivery.step >= len(self._schedule_s):
            return End(Outcome.FAILED, reason, seconds)
        wait_s = self._schedule_s[delivery.step] * random.uniform(1 - JITTER, 1 + JITTER)
        asked_s = answer.retry_after_s or 0.0
        quiet_s = max(asked_s, QUIET_S) if answer.throttled else 0.0
        return End(Outcome.RETRIED, reason, seconds, max(wait_s, asked_s), quiet_s)

    async def _write(self, delivery: Delivery, end: End) -> None:
        try:
            written = await self._rows.end(delivery, end)
        except Unavailable as error:
            # The lease ends, and the delivery is sent again under the same id.
            log.warning("an end was not written", extra={"detail": str(error)})
            return
        extra = {"delivery": delivery.delivery_id, "endpoint": delivery.endpoint_id}
        extra |= {"document_id": delivery.document_id, "attempt": str(delivery.attempt)}
        log.info("attempt ended", extra=extra | {"outcome": end.outcome, "reason": end.reason})
        if written:
            metrics.WEBHOOK_ATTEMPTS.labels(end.outcome.value).inc()
            metrics.WEBHOOK_SECONDS.observe(end.seconds)

    async def _tell(self) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_EVERY_S:
            self._told_s = now_s
            count, oldest_s = await self._rows.waiting()
            metrics.WEBHOOK_DUE.set(count)
            metrics.WEBHOOK_DUE_SECONDS.set(oldest_s)

    async def _wait(self, error: Unavailable) -> None:
        self._database_up = False
        self._failures += 1
        log.warning("waiting", extra={"detail": str(error)})
        longest_s = min(BACKOFF_MAX_S, 0.1 * 2 ** min(self._failures, 10))
        await asyncio.sleep(random.uniform(longest_s / 2, longest_s))
