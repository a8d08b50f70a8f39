"""Fixtures that every test may ask for."""

from tests.support.library_card import library_card
from tests.support.servers import bootstrap_servers, broker, dsn, postgres, s3_server

__all__ = ["bootstrap_servers", "broker", "dsn", "library_card", "postgres", "s3_server"]
