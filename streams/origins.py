"""Which objects of a client documents were made from, so that an erasure reaches them, too.

A client puts files below ``incoming/TENANT/`` and names them in a batch. A note beside each
document's own objects tells what it was made from: written before anybody hears of the document,
it is there whenever there is something to erase.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from schemas.errors import Unprocessable
from streams.store import Store

KIND = "origins"
"""First part of the notes' keys: ``origins/TENANT/DOCUMENT/...``."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A client's object as it was when a document was made from it.

    Args:
        key: in the store; a client's own names stand in it.
        sha256: of its bytes, as hexadecimal text.
        size_bytes: their count.
    """

    key: str = field(repr=False)
    sha256: str
    size_bytes: int

    def note_key(self, tenant: str, document_id: str) -> str:
        """Return the key of the note that a document was made from it."""
        name = hashlib.sha256(f"{self.key}\n{self.sha256}".encode()).hexdigest()[:32]
        return f"{KIND}/{tenant}/{document_id}/{name}.json"

    def content(self) -> bytes:
        """Return the note as it is stored."""
        return json.dumps(asdict(self)).encode()


def remove_origins(store: Store, tenant: str, document_id: str) -> None:
    """Remove the objects that a document was made from, then the notes about them.

    One that the client has replaced since is another document's, and stays.
    """
    for note_key in list(store.keys(f"{KIND}/{tenant}/{document_id}/")):
        try:
            origin = Origin(**json.loads(store.get(note_key)))
        except Unprocessable:
            # Another worker was quicker.
            continue
        if _is_unchanged(store, origin):
            store.delete(origin.key)
        store.delete(note_key)


def _is_unchanged(store: Store, origin: Origin) -> bool:
    try:
        data = store.get(origin.key, origin.size_bytes)
    except Unprocessable:
        return False
    return hashlib.sha256(data).hexdigest() == origin.sha256
