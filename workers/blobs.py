"""An object store in memory, for readings within one process and for tests."""

from schemas.errors import Unprocessable


class MemoryBlobs:
    """Objects by key, gone with the process."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}

    def get(self, key: str) -> bytes:
        """Return an object's bytes."""
        try:
            return self._objects[key]
        except KeyError:
            raise Unprocessable("object.missing", "no such object in the store") from None

    def put(self, key: str, data: bytes, media_type: str) -> None:  # noqa: ARG002 - the port's form
        """Store an object in place of any other under the key."""
        self._objects[key] = data
