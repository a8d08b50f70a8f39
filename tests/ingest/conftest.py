"""Fixtures of the HTTP side's tests; async tests run on asyncio by anyio's plugin."""

from collections.abc import AsyncIterator

import pytest

from tests.ingest.service import Service, service


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio alone, as the service does."""
    return "asyncio"


@pytest.fixture
async def ingest() -> AsyncIterator[Service]:
    """Yield a running service on fakes of its own."""
    async with service() as one:
        yield one
