# ruff: noqa: INP001 - a script beside the image's other files, not a package
"""Ask this container's own ``/health``; exit 0 where it answers 200. For HEALTHCHECK.

A worker listens on its metrics port, the ingest service on its HTTP port: the first that is
open speaks for the container.
"""

import sys
from http.client import HTTPConnection

from streams.settings import Settings, load_settings

TIMEOUT_S = 4.0


def healthy(settings: Settings) -> bool:
    """Tell whether the first open port answers 200; False where none is open."""
    for port in (settings.metrics_port, settings.http.port):
        connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except ConnectionRefusedError:
            continue
        except OSError:
            return False
        finally:
            connection.close()
    return False


if __name__ == "__main__":
    sys.exit(0 if healthy(load_settings()) else 1)
