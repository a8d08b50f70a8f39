"""A stage's worker as a process of its own, for tests that kill it."""

import logging
import sys
from dataclasses import replace

from streams.retries import run_retries
from streams.runner import run_stage
from streams.settings import load_settings
from streams.signals import stop_on_signals
from streams.topology import topology

RETRY_DELAYS_S = (1, 2)


def main(role: str) -> int:
    """Run the stage with obedient work, or the retries, until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stop = stop_on_signals()
    settings = load_settings()
    pipeline = topology(RETRY_DELAYS_S)
    if role == "retry":
        return run_retries(settings, pipeline, stop)
    spec = replace(pipeline.stage(role), work="tests.faults.works:obedient")
    return run_stage(spec, settings, pipeline, stop)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
