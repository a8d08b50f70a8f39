"""Keys of callers, remembered for a few seconds: a key that is taken back ends within them."""

import time
from collections.abc import Callable

from ingest.ports import Keys
from schemas.errors import Unavailable
from streams.api_keys import ApiKey

FRESH_S = 3.0
"""How long a key that was taken back may still open something."""
STALE_S = 900.0
"""How long known keys go on opening while the database is down; none can be taken back then."""
KNOWN_MAX = 10_000


class KnownKeys:
    """Asks the table of keys, about once in a few seconds for each key."""

    def __init__(self, keys: Keys, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = keys
        self._clock = clock
        self._known: dict[str, tuple[ApiKey, float]] = {}

    async def find(self, key_id: str) -> ApiKey | None:
        """Return a key by its id.

        Raises:
            Unavailable: when the database is down and the key was not known before.
        """
        now_s = self._clock()
        known, at_s = self._known.get(key_id, (None, 0.0))
        if known is not None and now_s - at_s < FRESH_S:
            return known
        try:
            found = await self._keys.find(key_id)
        except Unavailable:
            if known is None or now_s - at_s >= STALE_S:
                raise
            return known
        self._remember(key_id, found, now_s)
        return found

    async def close(self) -> None:
        """Let go of the table."""
        await self._keys.close()

    def _remember(self, key_id: str, found: ApiKey | None, now_s: float) -> None:
        # Ids that nobody has are not remembered: guesses must not push out what is known.
        self._known.pop(key_id, None)
        if found is None:
            return
        if len(self._known) >= KNOWN_MAX:
            del self._known[next(iter(self._known))]
        self._known[key_id] = (found, now_s)
