"""Reads one picture with a peer of ours, in the peer's own environment: no import of ours here.

``python bench_mrz_peer.py passporteye|fastmrz PICTURE`` prints one JSON object with the lines and
the CPU seconds spent on them, Tesseract's process included.
"""

import json
import resource
import sys
from importlib import import_module


def spent_s() -> float:
    """Return the CPU seconds of this process and of the children that have ended."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def lines_of(reader: str, path: str) -> list[str]:
    """Return the lines that the reader makes of the picture; none where it finds no zone."""
    if reader == "passporteye":
        zone = import_module("passporteye").read_mrz(path)
        text = "" if zone is None else str(zone.aux.get("text", ""))
    else:
        text = str(import_module("fastmrz").FastMRZ().get_details(path, ignore_parse=True) or "")
    return [line.replace(" ", "") for line in text.splitlines() if line.strip()]


if __name__ == "__main__":
    lines_of(sys.argv[1], sys.argv[2])  # Models are loaded once: the second reading counts.
    before = spent_s()
    found = lines_of(sys.argv[1], sys.argv[2])
    sys.stdout.write(json.dumps({"lines": found, "cpu_s": spent_s() - before}) + "\n")
