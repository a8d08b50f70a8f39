"""Frames between a runner and its slots: a length, then a pickled tuple.

Both ends are this package's own code in processes of one user; nothing from outside is unpickled.
"""

import pickle
import socket
import struct
from typing import Any, BinaryIO

_LENGTH = struct.Struct(">I")
FRAME_BYTES_MAX = 64 * 1024 * 1024
CHUNK = 256 * 1024


def frame(content: Any) -> bytes:
    """Return a frame."""
    body = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(body)) + body


def receive(stream: BinaryIO) -> Any:
    """Return the next frame's content; raise ``EOFError`` where the other end is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    length = _LENGTH.unpack(head)[0]
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - from our own process


class Wire:
    """The runner's end; it never blocks, so a stuck slot cannot stop the loop."""

    def __init__(self, end: socket.socket) -> None:
        end.settimeout(0)
        self.socket = end
        self._out = bytearray()
        self._in = bytearray()
        self.closed = False

    @property
    def waits_to_send(self) -> bool:
        """Say whether bytes wait for the slot to read."""
        return bool(self._out)

    def send(self, content: Any) -> None:
        """Queue a frame and send what the socket takes."""
        self._out += frame(content)
        self.flush()

    def flush(self) -> None:
        """Send what the socket takes."""
        while self._out and not self.closed:
            try:
                sent = self.socket.send(self._out[:CHUNK])
            except BlockingIOError:
                return
            except OSError:
                # The slot is gone; reading tells.
                self._out.clear()
                return
            del self._out[:sent]

    def receive(self) -> list[Any]:
        """Return the frames that are there; ``closed`` tells that no more will come."""
        while True:
            try:
                chunk = self.socket.recv(CHUNK)
            except BlockingIOError:
                break
            except OSError:
                chunk = b""
            if not chunk:
                self.closed = True
                break
            self._in += chunk
        return self._frames()

    def _frames(self) -> list[Any]:
        found: list[Any] = []
        start = 0
        while len(self._in) - start >= _LENGTH.size:
            length = _LENGTH.unpack_from(self._in, start)[0]
            if length > FRAME_BYTES_MAX:
                self.closed = True
                break
            end = start + _LENGTH.size + length
            if len(self._in) < end:
                break
            body = self._in[start + _LENGTH.size : end]
            found.append(pickle.loads(body))  # noqa: S301 - from our own process
            start = end
        del self._in[:start]
        return found
