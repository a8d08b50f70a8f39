"""A slot's own process: builds a stage, then answers one job after the other, in order."""

import contextlib
import ctypes
import gc
import os
import resource
import signal
import socket
import sys
from pathlib import Path

from schemas.codec import Codec
from schemas.errors import Misconfigured, Unavailable
from streams.slot_wire import frame, receive

PR_SET_PDEATHSIG = 1
OOM_SCORE = "800"


def main(arguments: list[str]) -> int:
    """Serve the socket whose number is given until its other end is gone."""
    number, parent, memory_bytes = (int(one) for one in arguments)
    _die_with(parent)
    _limit(memory_bytes)
    for ignored in (signal.SIGINT, signal.SIGTERM):
        # A signal to the whole group ends the runner, which lets its slots finish.
        signal.signal(ignored, signal.SIG_IGN)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        _serve(socket.socket(fileno=number))
    return 0


def _serve(end: socket.socket) -> None:
    from streams.registry import open_ids  # noqa: PLC0415 - after the limits, for its weight
    from streams.slots import build, perform  # noqa: PLC0415 - the same

    stream = end.makefile("rb")
    work_name, settings = receive(stream)
    try:
        work = build(work_name, settings)
        codec = Codec(open_ids(settings))
    except Misconfigured as error:
        end.sendall(frame(("misconfigured", str(error))))
        return
    except Unavailable as error:
        end.sendall(frame(("unbuilt", str(error))))
        return
    except Exception as error:  # noqa: BLE001 - told to the runner, which decides
        end.sendall(frame(("unbuilt", type(error).__name__)))
        return
    gc.collect()
    gc.freeze()
    end.sendall(frame(("ready", None)))
    while True:
        for job in receive(stream):
            end.sendall(frame(("done", perform(job, work, codec))))


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # The kernel's killer takes the slot and spares the runner.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, "ascii")
    if os.getppid() != parent:
        sys.exit(0)


def _limit(memory_bytes: int) -> None:
    """Let a decompression bomb meet MemoryError before the machine feels it."""
    if memory_bytes:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        bound = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
