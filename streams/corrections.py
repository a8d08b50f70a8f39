"""What persons corrected, kept beside a document's objects for readings that come later.

A reading may be asked for after a correction, or end after one: in either case it carries the
person's values, so that the last record of the result topic never lacks them.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from schemas.errors import Unprocessable
from schemas.messages import DocumentRead
from streams.store import Store
from workers.correct import Correction, carry

KIND = "corrections"
"""First part of their keys, ``corrections/TENANT/DOCUMENT/REVISION.json``: one of ``KINDS``."""
FIRST = 1


def correction_key(tenant: str, document_id: str, revision: int) -> str:
    """Return the key of the correction that made a revision."""
    return f"{KIND}/{tenant}/{document_id}/{revision}.json"


def content(correction: Correction) -> bytes:
    """Return a correction as it is stored."""
    record = {
        "revision": correction.revision,
        "person": correction.person,
        "at": correction.at.isoformat(),
        "changes": dict(correction.changes),
    }
    return json.dumps(record).encode()


def corrections_of(store: Store, tenant: str, document_id: str) -> Sequence[Correction]:
    """Return a document's corrections in the order of their revisions."""
    keys = store.keys(f"{KIND}/{tenant}/{document_id}/")
    found = [_correction(store.get(key)) for key in list(keys)]
    return sorted(found, key=lambda one: one.revision)


def carried(read: DocumentRead, open_store: Callable[[], Store]) -> DocumentRead:
    """Return a reading with what persons corrected; a first one has no corrections.

    Raises:
        Unavailable: when the store does not answer.
    """
    if read.revision == FIRST:
        return read
    try:
        corrections = corrections_of(open_store(), read.tenant, read.document_id)
    except Unprocessable:
        # Removed between the look and the read: the document is being erased.
        return read
    return carry(read, corrections)


def _correction(data: bytes) -> Correction:
    record = json.loads(data)
    at = datetime.fromisoformat(record["at"])
    return Correction(record["revision"], record["person"], at, record["changes"])
