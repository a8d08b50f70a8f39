"""Which objects nobody refers to any more. Pure: neither store nor database in here.

Keys are ``KIND/TENANT/DOCUMENT/...`` and ``manifests/TENANT/DOCUMENT.json``; keys of any other
form belong to somebody else and are left alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from streams.erasing import KINDS
from streams.origins import KIND as ORIGINS
from streams.store import Entry

ORPHAN_AGE_S = 24 * 60 * 60.0
"""An upload stores its files before anybody knows of it, and may be tried for long."""
CLAIM_AGE_S = 7 * 24 * 60 * 60.0
"""For how long an Idempotency-Key is held against its payload."""

Known = Callable[[Iterable[str]], tuple[AbstractSet[str], AbstractSet[str]]]
"""Returns which of some documents have rows, and which were erased."""

_OBJECT = re.compile(rf"(?:{'|'.join((*KINDS, ORIGINS))})/[^/]+/(doc_[a-z2-7]{{32}})/.+")
_CLAIM = re.compile(r"idempotency/[^/]+/[0-9a-f]+\.json")


def orphans_of(
    entries: Sequence[Entry], known: Known, exists: Callable[[str], bool], now_s: float
) -> Iterator[tuple[str, str]]:
    """Yield kind and key of what can go: ``objects`` or ``keys``.

    Args:
        entries: what is in the store.
        known: asks the database.
        exists: asks the store, for the manifests of documents that have no row.
        now_s: seconds since 1970.
    """
    documents: dict[str, list[Entry]] = {}
    for entry in entries:
        if _CLAIM.fullmatch(entry.key) and now_s - entry.written_s > CLAIM_AGE_S:
            yield "keys", entry.key
        found = _OBJECT.fullmatch(entry.key)
        if found:
            documents.setdefault(found[1], []).append(entry)
    there, erased = known(documents) if documents else (set(), set())
    for document_id, objects in documents.items():
        if document_id in there:
            continue
        tenant = objects[0].key.split("/")[1]
        waits = document_id not in erased and exists(f"manifests/{tenant}/{document_id}.json")
        for entry in objects:
            # The erasure itself goes through these: it removes what they name first.
            if document_id in erased and entry.key.startswith(f"{ORIGINS}/"):
                continue
            is_old = now_s - entry.written_s > ORPHAN_AGE_S
            if document_id in erased or (is_old and not waits):
                yield "objects", entry.key
