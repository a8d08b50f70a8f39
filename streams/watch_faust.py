"""Faust's settings and the inside of its consumer: everything odd about it is here.

Faust 0.15 has a consumer that reads uncommitted records, it forgets records that it fetched while
its tables came back, and it does not say where it stands behind a transaction's markers. All three
are mended here.
"""

import ssl
from collections.abc import Mapping
from typing import Any

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode.utils.queues import FlowControlEvent

from streams.log import Partition
from streams.settings import KafkaSettings, Settings
from streams.watch_progress import Position

SESSION_TIMEOUT_S = 10.0
COMMIT_INTERVAL_S = 3.0
MESSAGE_BYTES_MAX = 6 * 1024 * 1024
FETCH_BYTES_MIN = 256 * 1024
FETCH_WAIT_MS = 1000
LINGER_MS = 250
"""Nobody waits for the watch, and each request of its client names every partition: it reads and
writes in few, larger pieces."""


def new_app(name: str, settings: Settings, web_port: int, data_dir: str) -> faust.App:
    """Return an application that reads only what is committed, with views on a port of its own."""
    app = faust.App(
        name,
        broker=[f"kafka://{one}" for one in settings.kafka.bootstrap_servers.split(",")],
        broker_credentials=_credentials(settings.kafka),
        broker_session_timeout=SESSION_TIMEOUT_S,
        broker_heartbeat_interval=SESSION_TIMEOUT_S / 4,
        broker_commit_interval=COMMIT_INTERVAL_S,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=MESSAGE_BYTES_MAX,
        consumer_group_instance_id=settings.instance and f"{name}-{settings.instance}",
        producer_acks=-1,
        producer_linger=LINGER_MS / 1000,
        producer_max_request_size=MESSAGE_BYTES_MAX,
        processing_guarantee="at_least_once",
        store="memory://",
        # `topics apply` makes every topic: a worker needs no right to.
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=settings.kafka.partitions,
        topic_replication_factor=settings.kafka.replication,
        datadir=data_dir,
        web_host=settings.metrics_host,
        web_bind=settings.metrics_host,
        web_port=web_port,
        logging_config=None,
    )
    app.transport = _Transport(app.conf.broker, app, app.loop)
    app.flow_control = _FlowControl()
    return app


class _FlowControl(FlowControlEvent):
    """Empties the streams' queues when it resumes, and only then.

    When the tables are back, Faust seeks to what is committed and then "resumes" a flow that has
    been on for long: what was fetched in between would be thrown away, and never be fetched again.
    """

    def resume(self) -> None:
        """Resume production into the queues; do nothing where it is on."""
        if not self.is_active():
            super().resume()


class _CommittedThread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        # Faust has no setting for it; a test with aborted records holds that it works.
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - see above
        consumer._fetch_min_bytes = FETCH_BYTES_MIN  # noqa: SLF001 - no setting either
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS  # noqa: SLF001 - the same
        return consumer


class _Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> _CommittedThread:
        return _CommittedThread(self, loop=self.loop, beacon=self.beacon)


class _Transport(driver.Transport):
    Consumer = _Consumer


def positions(app: faust.App, topics: frozenset[str]) -> Mapping[Partition, Position]:
    """Return where the consumer is in each partition of some topics that it was given.

    The end that counts is the last stable offset: markers behind the last record are passed over
    by the fetcher though never committed, so an idle consumer is not behind.
    """
    consumer: Any = app.consumer
    subscription = _subscription(consumer)
    if subscription is None:
        return {}
    # A record that came a second time is acknowledged and stays among those that are not.
    unfinished = {message.tp for message in set(consumer.unacked) if not message.acked}
    found = {}
    for partition in subscription.tps:
        if partition.topic not in topics:
            continue
        state = subscription.state_value(partition)
        if state is None or not state.has_valid_position:
            continue
        tp = TP(partition.topic, partition.partition)
        # Nothing was fetched yet where the end is not known.
        behind = tp in unfinished or state.lso is None or state.position < state.lso
        committed = consumer._committed_offset[tp]  # noqa: SLF001 - told nowhere else
        found[(tp.topic, tp.partition)] = Position(committed, state.position, behind)
    return found


def _subscription(consumer: Any) -> Any:
    inner = getattr(getattr(consumer, "_thread", None), "_consumer", None)
    if inner is None or inner._subscription.subscription is None:  # noqa: SLF001 - told nowhere else
        return None
    return inner._subscription.subscription.assignment  # noqa: SLF001 - the same


def _credentials(settings: KafkaSettings) -> Any:
    protocol = settings.security_protocol
    context = None
    if protocol.endswith("SSL"):
        context = ssl.create_default_context(cafile=settings.ssl_ca)
    if protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password,
            mechanism=settings.sasl_mechanism,
            ssl_context=context,
        )
    return None if context is None else faust.SSLCredentials(context=context)
