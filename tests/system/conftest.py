"""One whole stack for the tests of a module."""

from collections.abc import Iterator

import pytest

from streams.stack import Options, Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run Kafka, PostgreSQL, the ingest service and all workers."""
    data_dir = tmp_path_factory.mktemp("stack")
    running = Stack(Options(data_dir, environment={"BITAQA_RETRY_DELAYS_S": "1,2"}))
    try:
        with running:
            yield running
    finally:
        running.discard()
