"""Fixtures that every test may ask for."""

from tests.support.servers import bootstrap_servers, broker, dsn, postgres, s3_server

__all__ = ["bootstrap_servers", "broker", "dsn", "postgres", "s3_server"]
