"""Single records with acknowledgement, for the ingest service and for tools."""

import logging
import threading
import time
from concurrent.futures import Future

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from schemas.errors import Unavailable, Unprocessable
from streams.kafka import config
from streams.kafka.contact import answers
from streams.log import Outgoing
from streams.settings import KafkaSettings

log = logging.getLogger("bitaqa.kafka")

POLL_S = 0.1
FLUSH_S = 10.0


class KafkaPublisher:
    """An idempotent producer; a thread of its own hands out acknowledgements."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._producer = Producer(config.producer(settings))
        self._left: list[Producer] = []
        self._acknowledged_s = 0.0
        self._broken = False
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="publisher", daemon=True)
        self._thread.start()

    def publish(self, record: Outgoing) -> Future[None]:
        """Return a future that is done when all in-sync replicas have the record."""
        future: Future[None] = Future()
        future.set_running_or_notify_cancel()
        given_s = time.monotonic()

        def delivered(error: KafkaError | None, _message: Message) -> None:
            if error is None:
                self._acknowledged_s = time.monotonic()
                future.set_result(None)
            else:
                if producer is self._producer and self._is_end(error, given_s):
                    self._broken = True
                future.set_exception(_failure(error))

        try:
            with self._lock:
                producer = self._producer
                producer.produce(
                    record.topic,
                    key=record.key,
                    value=record.value,
                    headers=dict(record.headers),
                    on_delivery=delivered,
                )
        except BufferError:
            future.set_exception(Unavailable("kafka", "too many records wait to be sent"))
        except KafkaException as failure:
            self._broken = self._broken or failure.args[0].fatal()
            future.set_exception(_failure(failure.args[0]))
        return future

    def ready(self, timeout_s: float = 1.0) -> bool:
        """Say whether a broker answers."""
        return answers(self._producer, timeout_s)

    def close(self) -> None:
        """Flush and let go."""
        for one in (*self._left, self._producer):
            one.flush(FLUSH_S)
        self._closed.set()
        self._thread.join(FLUSH_S)

    def _is_end(self, error: KafkaError, given_s: float) -> bool:
        # One partition without a leader is no end: others' records arrive. Where none does for so
        # long, the producer may have lost all brokers.
        is_silent = error.code() == KafkaError._MSG_TIMED_OUT and self._acknowledged_s < given_s  # noqa: SLF001
        return error.fatal() or is_silent

    def _serve(self) -> None:
        while not self._closed.is_set():
            self._producer.poll(POLL_S)
            # What was given to a producer that was left may still arrive, or times out.
            for left in self._left:
                left.poll(0)
            self._left = [one for one in self._left if len(one)]
            if self._broken:
                self._renew()

    def _renew(self) -> None:
        log.error("publisher renewed")
        with self._lock:
            self._left.append(self._producer)
            self._producer = Producer(config.producer(self._settings))
            self._broken = False


def _failure(error: KafkaError) -> Exception:
    if error.code() in (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE):
        return Unprocessable("message.too_large", "the record is larger than the log takes")
    return Unavailable("kafka", error.name())
