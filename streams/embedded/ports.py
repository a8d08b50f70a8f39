"""Free TCP ports on the loopback address, for servers that must keep theirs across a restart."""

import random
import socket

LOOPBACK = "127.0.0.1"

# Below the range from which Linux takes the local end of outgoing connections (32768 and up), so
# that a client's connection cannot take a server's port while the server is down.
PORT_MIN = 15_000
PORT_MAX = 32_000
ATTEMPTS_MAX = 1_000


def free_ports(count: int) -> tuple[int, ...]:
    """Return `count` different ports that nobody listens on.

    Another process may take one before its server binds it: start again with others then.
    """
    held: list[socket.socket] = []
    try:
        for _ in range(ATTEMPTS_MAX):
            if len(held) == count:
                break
            candidate = _bound(random.randint(PORT_MIN, PORT_MAX))
            if candidate is not None:
                held.append(candidate)
        if len(held) < count:
            msg = f"no {count} free ports between {PORT_MIN} and {PORT_MAX} on {LOOPBACK}"
            raise OSError(msg)
        return tuple(int(each.getsockname()[1]) for each in held)
    finally:
        for each in held:
            each.close()


def free_port() -> int:
    """Return one port that nobody listens on."""
    return free_ports(1)[0]


def _bound(port: int) -> socket.socket | None:
    """Return a socket that holds the port, or None when the port is taken."""
    candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        candidate.bind((LOOPBACK, port))
    except OSError:
        candidate.close()
        return None
    return candidate
