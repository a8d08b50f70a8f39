"""Every setting, read once from the environment into frozen objects that are passed down.

``SETTINGS`` is the one table of names, defaults and meanings; the README shows it and a test
holds the two together. Secrets stay out of every repr.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.errors import Misconfigured
from streams.settings_mistral import mistral_options
from streams.webhook_targets import Network, networks_of
from workers.engines.mistral_options import MistralOptions

PREFIX = "BITAQA_"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - Prometheus and probes ask from outside the container


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable; ``name`` is without its prefix, ``default`` is its text."""

    name: str
    default: str | None
    meaning: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", "brokers, comma separated"),
    Setting("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT", "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"),
    Setting("KAFKA_SASL_MECHANISM", None, "such as SCRAM-SHA-512"),
    Setting("KAFKA_SASL_USERNAME", None, "this worker's principal"),
    Setting("KAFKA_SASL_PASSWORD", None, "its password", secret=True),
    Setting("KAFKA_SSL_CA", None, "path of the CA certificates that signed the brokers'"),
    Setting("KAFKA_PARTITIONS", "8", "partitions of every topic of the chain, for `topics apply`"),
    Setting("KAFKA_REPLICATION", "1", "copies of every partition, for `topics apply`"),
    Setting("KAFKA_RETENTION_DAYS", "7", "how long topics keep records"),
    Setting("POSTGRES_DSN", None, "connection string of the sink's database", secret=True),
    Setting("STORE_URL", None, "file:///folder, or s3://bucket with the S3 settings"),
    Setting("S3_ENDPOINT", None, "http(s)://host:port of the S3 server"),
    Setting("S3_ACCESS_KEY", None, "access key", secret=True),
    Setting("S3_SECRET_KEY", None, "secret key", secret=True),
    Setting("S3_REGION", "us-east-1", "region for signatures"),
    Setting("SECRET", None, "32 characters or more: keys document ids and links", secret=True),
    Setting("SCHEMA_REGISTRY_URL", None, "external registry; none: the committed schema ids"),
    Setting("INSTANCE", None, "stable name of this replica, for static membership"),
    Setting("SLOTS", "1", "processes that read documents, for each worker"),
    Setting("SLOT_TIME_LIMIT_S", "60", "a document that takes longer loses its slot"),
    Setting("SLOT_MEMORY_MB", "1500", "a slot that grows larger is replaced"),
    Setting("SLOT_JOBS_MAX", "1000", "documents after which a slot is replaced"),
    Setting("RETRY_DELAYS_S", "60,600", "delays of the retry topics, in seconds"),
    Setting("WATCH_OVERDUE_S", "1800", "an upload without an end after so long is an alert"),
    Setting("WATCH_WINDOW_S", "86400", "how far back the watch looks for repetitions"),
    Setting("METRICS_PORT", "0", "port of a worker's /metrics and /health; 0 chooses a free one"),
    Setting("METRICS_HOST", EVERYWHERE, "address that a worker's /metrics and /health bind"),
    Setting("HTTP_HOST", "127.0.0.1", "address that the ingest service binds"),
    Setting("HTTP_PORT", "8080", "its port; 0 chooses a free one"),
    Setting("UPLOAD_MAX_BYTES", "20971520", "largest single file"),
    Setting("UPLOADS_MAX", "64", "uploads in progress at once; more are answered 429"),
    Setting("WAIT_MAX_S", "60", "longest wait that `Prefer: wait` can ask for"),
    Setting("AUTH", "on", "on, or off on one machine: then everybody is tenant `default`"),
    Setting("LEGACY_TENANT", None, "tenant of callers without a key on older systems' routes"),
    Setting("REQUESTS_PER_MINUTE", "6000", "of each key or token without its own limit"),
    Setting(
        "CORS_ORIGINS", None, "web pages that may call, such as https://a.example,https://b.example"
    ),
    Setting("JWT_SECRET", None, "verifies callers' tokens, HS256; 32 or more", secret=True),
    Setting("JWT_KEYS", None, "https:// address or file of a JWKS, or a PEM: RS256 and ES256"),
    Setting("JWT_ISSUER", None, "who must have issued a token (`iss`)"),
    Setting("JWT_AUDIENCE", None, "for whom a token must be (`aud`)"),
    Setting("JWT_LEEWAY_S", "30", "how far clocks may differ"),
    Setting("JWT_TENANT_CLAIM", "tenant", "claim that names the tenant"),
    Setting("JWT_SCOPE_CLAIM", "scope", "claim that holds the scopes, a text or a list"),
    Setting("WEBHOOK_PLAIN_HTTP", "off", "on lets webhooks go to http:// as well"),
    Setting(
        "WEBHOOK_NETWORKS", None, "private networks that webhooks may reach, such as 10.1.0.0/16"
    ),
    Setting(
        "SMTP_URL",
        None,
        "smtps://user:password@host:port for mail; also smtp, smtp+starttls",
        secret=True,
    ),
    Setting("MAIL_FROM", None, "address that mail comes from"),
    Setting("RETENTION_DAYS", "0", "documents are erased so long after their upload; 0: never"),
    Setting("DELETED_DAYS", "30", "deleted documents can be restored for so long, then are erased"),
    Setting("FAILED_DAYS", "30", "documents that could not be read are erased after so long"),
    Setting("MISTRAL_API_KEY", None, "turns Mistral AI on; none: no picture leaves", secret=True),
    Setting("MISTRAL_URL", None, "where its API is; none: Mistral's own"),
    Setting("MISTRAL_WAY", "ocr", "ocr, or chat for a model that sees pictures"),
    Setting("MISTRAL_OCR_MODEL", "mistral-ocr-latest", "model of the OCR endpoint"),
    Setting("MISTRAL_CHAT_MODEL", "mistral-medium-latest", "model of the chat endpoint"),
    Setting("MISTRAL_TIMEOUT_S", "20", "for one page, attempts and waits included"),
    Setting("MISTRAL_COUNTRIES", None, "whose documents it may see, such as TUN,FRA; none: all"),
    Setting("MISTRAL_TENANTS", None, "tenants whose documents it may see; none: all"),
    Setting("MISTRAL_BUDGET_CENTS", "500", "what an hour may cost a machine, in US cents"),
    Setting("MISTRAL_BUDGET_FILE", None, "where that is counted; none: the temporary folder"),
    Setting(
        "MISTRAL_PRICES",
        "5000,400,2000",
        "millionths of a dollar: a page, 1,000 tokens of prompt, 1,000 of answer",
    ),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Setting("LOG_FORMAT", "json", "json or text"),
)


_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|\*")
_ZERO_MEANS = frozenset(
    {"RETENTION_DAYS", "METRICS_PORT", "HTTP_PORT", "WAIT_MAX_S", "JWT_LEEWAY_S"}
)
"""Any free port, never, or none at all: everywhere else nothing works with none."""


@dataclass(frozen=True, slots=True)
class KafkaSettings:
    """How to reach the brokers, and what `topics apply` makes."""

    bootstrap_servers: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    ssl_ca: str | None = None
    partitions: int = 8
    replication: int = 1
    retention_days: int = 7


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where objects lie."""

    url: str | None
    s3_endpoint: str | None = None
    s3_access_key: str | None = field(default=None, repr=False)
    s3_secret_key: str | None = field(default=None, repr=False)
    s3_region: str = "us-east-1"


@dataclass(frozen=True, slots=True)
class SlotSettings:
    """Bounds of the processes that read documents."""

    count: int = 1
    time_limit_s: float = 60.0
    memory_mb: int = 1500
    jobs_max: int = 1000


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """The ingest service's address and bounds."""

    host: str = "127.0.0.1"
    port: int = 8080
    upload_max_bytes: int = 20 * 1024 * 1024
    uploads_max: int = 64
    wait_max_s: float = 60.0
    cors_origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """How callers' tokens are verified; none are taken without a secret or keys."""

    secret: str | None = field(default=None, repr=False)
    keys: str | None = None
    issuer: str | None = None
    audience: str | None = None
    leeway_s: int = 30
    tenant_claim: str = "tenant"
    scope_claim: str = "scope"

    @property
    def are_taken(self) -> bool:
        """Say whether any token can be good."""
        return self.secret is not None or self.keys is not None


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """Who may call the ingest service."""

    is_on: bool = True
    legacy_tenant: str | None = None
    requests_per_minute: int = 6000
    tokens: TokenSettings = TokenSettings()


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where webhooks may go beyond public machines by https, and who carries mail."""

    plain_http: bool = False
    networks: tuple[Network, ...] = ()
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """What the watch tells, and when."""

    overdue_s: int = 1800
    window_s: int = 86_400


@dataclass(frozen=True, slots=True)
class LifeSettings:
    """For how long what is kept; rules of a tenant's own go before ``retention_days``."""

    retention_days: int = 0
    deleted_days: int = 30
    failed_days: int = 30


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a process."""

    kafka: KafkaSettings
    store: StoreSettings
    slots: SlotSettings
    http: HttpSettings
    auth: AuthSettings = AuthSettings()
    webhooks: WebhookSettings = WebhookSettings()
    watch: WatchSettings = WatchSettings()
    life: LifeSettings = LifeSettings()
    mistral: MistralOptions | None = None
    postgres_dsn: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    schema_registry_url: str | None = None
    instance: str | None = None
    retry_delays_s: tuple[int, ...] = (60, 600)
    metrics_port: int = 0
    metrics_host: str = EVERYWHERE
    log_level: str = "INFO"
    log_format: str = "json"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in the environment.

    Raises:
        Misconfigured: when a value does not parse; names the variable, not the value.
    """
    read = _Environment(os.environ if environment is None else environment)
    return Settings(
        kafka=_kafka(read),
        store=StoreSettings(
            url=read.text("STORE_URL"),
            s3_endpoint=read.text("S3_ENDPOINT"),
            s3_access_key=read.text("S3_ACCESS_KEY"),
            s3_secret_key=read.text("S3_SECRET_KEY"),
            s3_region=read.needed("S3_REGION"),
        ),
        slots=SlotSettings(
            count=read.number("SLOTS"),
            time_limit_s=read.number("SLOT_TIME_LIMIT_S"),
            memory_mb=read.number("SLOT_MEMORY_MB"),
            jobs_max=read.number("SLOT_JOBS_MAX"),
        ),
        http=HttpSettings(
            host=read.needed("HTTP_HOST"),
            port=read.number("HTTP_PORT"),
            upload_max_bytes=read.number("UPLOAD_MAX_BYTES"),
            uploads_max=read.number("UPLOADS_MAX"),
            wait_max_s=read.number("WAIT_MAX_S"),
            cors_origins=read.origins("CORS_ORIGINS"),
        ),
        auth=AuthSettings(
            is_on=read.one_of("AUTH", ("on", "off")) == "on",
            legacy_tenant=read.text("LEGACY_TENANT"),
            requests_per_minute=read.number("REQUESTS_PER_MINUTE"),
            tokens=_tokens(read),
        ),
        webhooks=WebhookSettings(
            plain_http=read.one_of("WEBHOOK_PLAIN_HTTP", ("on", "off")) == "on",
            networks=networks_of(_listed(read.text("WEBHOOK_NETWORKS"))),
            smtp_url=read.text("SMTP_URL"),
            mail_from=read.text("MAIL_FROM"),
        ),
        watch=WatchSettings(
            overdue_s=read.number("WATCH_OVERDUE_S"), window_s=read.number("WATCH_WINDOW_S")
        ),
        life=LifeSettings(
            retention_days=read.number("RETENTION_DAYS"),
            deleted_days=read.number("DELETED_DAYS"),
            failed_days=read.number("FAILED_DAYS"),
        ),
        mistral=mistral_options(read),
        postgres_dsn=read.text("POSTGRES_DSN"),
        secret=read.text("SECRET"),
        schema_registry_url=read.text("SCHEMA_REGISTRY_URL"),
        instance=read.text("INSTANCE"),
        retry_delays_s=read.numbers("RETRY_DELAYS_S"),
        metrics_port=read.number("METRICS_PORT"),
        metrics_host=read.needed("METRICS_HOST"),
        log_level=read.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR")),
        log_format=read.one_of("LOG_FORMAT", ("json", "text")),
    )


def required(value: str | None, name: str) -> str:
    """Return a setting that a command cannot do without.

    Raises:
        Misconfigured: when it is not set; the message says what it is for.
    """
    if value:
        return value
    meaning = next(one.meaning for one in SETTINGS if one.name == name)
    raise Misconfigured(f"{PREFIX}{name} is not set: {meaning}")


def _listed(text: str | None) -> list[str]:
    return text.split(",") if text else []


def _kafka(read: "_Environment") -> KafkaSettings:
    return KafkaSettings(
        bootstrap_servers=read.needed("KAFKA_BOOTSTRAP_SERVERS"),
        security_protocol=read.needed("KAFKA_SECURITY_PROTOCOL"),
        sasl_mechanism=read.text("KAFKA_SASL_MECHANISM"),
        sasl_username=read.text("KAFKA_SASL_USERNAME"),
        sasl_password=read.text("KAFKA_SASL_PASSWORD"),
        ssl_ca=read.text("KAFKA_SSL_CA"),
        partitions=read.number("KAFKA_PARTITIONS"),
        replication=read.number("KAFKA_REPLICATION"),
        retention_days=read.number("KAFKA_RETENTION_DAYS"),
    )


def _tokens(read: "_Environment") -> TokenSettings:
    return TokenSettings(
        secret=read.text("JWT_SECRET"),
        keys=read.text("JWT_KEYS"),
        issuer=read.text("JWT_ISSUER"),
        audience=read.text("JWT_AUDIENCE"),
        leeway_s=read.number("JWT_LEEWAY_S"),
        tenant_claim=read.needed("JWT_TENANT_CLAIM"),
        scope_claim=read.needed("JWT_SCOPE_CLAIM"),
    )


class _Environment:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._defaults = {one.name: one.default for one in SETTINGS}

    def text(self, name: str) -> str | None:
        return self._environment.get(PREFIX + name) or self._defaults[name]

    def needed(self, name: str) -> str:
        return required(self.text(name), name)

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        text = self.needed(name)
        if text not in choices:
            raise Misconfigured(f"{PREFIX}{name} must be one of {', '.join(choices)}")
        return text

    def number(self, name: str) -> int:
        return self._numbers(name, [self.needed(name)])[0]

    def origins(self, name: str) -> tuple[str, ...]:
        text = self.text(name)
        origins = tuple(part.strip() for part in text.split(",")) if text else ()
        if not all(_ORIGIN.fullmatch(one) for one in origins):
            raise Misconfigured(f"{PREFIX}{name} must be origins such as https://app.example")
        return origins

    def numbers(self, name: str) -> tuple[int, ...]:
        return self._numbers(name, self.needed(name).split(","))

    def _numbers(self, name: str, parts: list[str]) -> tuple[int, ...]:
        least = 0 if name in _ZERO_MEANS else 1
        try:
            numbers = tuple(int(part) for part in parts)
        except ValueError:
            numbers = ()
        if not numbers or min(numbers) < least:
            several = ", with commas between" if len(parts) > 1 else ""
            raise Misconfigured(f"{PREFIX}{name} must be a whole number from {least}{several}")
        return numbers
