"""What the owners of documents see and change in the database beside results."""

from schemas.errors import Unavailable
from streams.batches import Batches
from streams.life import Life
from streams.listing import Listing
from streams.settings import Settings
from streams.webhook_endpoints import Endpoints
from streams.webhooks import target_rules


class Owners:
    """All of it, where the settings name a database."""

    def __init__(self, settings: Settings) -> None:
        dsn = settings.postgres_dsn
        self._life = Life(dsn) if dsn else None
        self._endpoints = Endpoints(dsn) if dsn else None
        self._listing = Listing(dsn) if dsn else None
        self._batches = Batches(dsn) if dsn else None
        self.targets = target_rules(settings)

    @property
    def life(self) -> Life:
        """What deletes, restores and erases documents."""
        if self._life is None:
            raise Unavailable("postgres", "BITAQA_POSTGRES_DSN is not set")
        return self._life

    @property
    def endpoints(self) -> Endpoints:
        """Who wants to hear of results."""
        if self._endpoints is None:
            raise Unavailable("postgres", "BITAQA_POSTGRES_DSN is not set")
        return self._endpoints

    @property
    def listing(self) -> Listing:
        """Lists of documents, and numbers for their new revisions."""
        if self._listing is None:
            raise Unavailable("postgres", "BITAQA_POSTGRES_DSN is not set")
        return self._listing

    @property
    def batches(self) -> Batches:
        """Many documents handed in at once."""
        if self._batches is None:
            raise Unavailable("postgres", "BITAQA_POSTGRES_DSN is not set")
        return self._batches

    async def close(self) -> None:
        """Let go of all connections."""
        for one in (self._life, self._endpoints, self._listing, self._batches):
            if one is not None:
                await one.close()
