"""The ``Prefer`` header of RFC 7240, as far as it is honoured: ``wait`` and ``respond-async``."""

import re

_WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,9})\"?")


def wait_s(prefer: str | None, wait_max_s: float) -> float | None:
    """Return for how long a caller would wait, None where it said nothing that we know.

    A preference that does not parse is ignored, as the RFC asks.
    """
    for preference in (prefer or "").lower().split(","):
        found = _WAIT.fullmatch(preference.partition(";")[0].strip())
        if found:
            return min(float(found[1]), wait_max_s)
    return None


def is_async(prefer: str | None) -> bool:
    """Say whether a caller wants no wait at all."""
    preferences = (prefer or "").lower().split(",")
    return any(one.partition(";")[0].strip() == "respond-async" for one in preferences)
