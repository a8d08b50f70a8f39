"""Ids: the same for the same, another for anything else, and nothing for strangers."""

import os
from dataclasses import fields
from pathlib import Path

import psutil
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.identity import DOCUMENT_ID, Identity, media_type_of, original_key
from ingest.preferences import wait_s
from ingest.spool import open_spool
from schemas.errors import Misconfigured
from schemas.messages import Request
from streams.store import checked_key
from tests.ingest.service import SECRET
from workers.imaging.media_type import MediaType

IDENTITY = Identity(SECRET)
_TEXTS = st.none() | st.text(max_size=4)
_REQUESTS = st.builds(
    Request,
    document_type=_TEXTS,
    country=_TEXTS,
    languages=st.lists(st.text(max_size=3), max_size=3).map(tuple),
    engine=st.text(max_size=4),
    reference=_TEXTS,
    subject=_TEXTS,
)
_UPLOADS = st.tuples(st.text(max_size=4), st.lists(st.text(max_size=4), max_size=3), _REQUESTS)


@given(_UPLOADS, _UPLOADS)
def test_two_uploads_never_run_together(
    one: tuple[str, list[str], Request], other: tuple[str, list[str], Request]
) -> None:
    """Absent, empty and shifted parts are told apart: different parts, different ids."""
    assume(one != other)

    assert IDENTITY.document_id(*one) != IDENTITY.document_id(*other)


@given(_UPLOADS)
def test_an_id_has_its_form_and_is_stable(upload: tuple[str, list[str], Request]) -> None:
    """The same parts give the same id in every process, fit for a path and a key."""
    document_id = IDENTITY.document_id(*upload)

    assert DOCUMENT_ID.fullmatch(document_id)
    assert document_id == Identity(SECRET).document_id(*upload)
    assert document_id != Identity("another " + SECRET).document_id(*upload)


def test_every_part_of_a_request_takes_part() -> None:
    """A parameter that is added to the request must be added to the identity."""
    known = {"document_type", "country", "languages", "engine", "reference", "subject"}

    assert {one.name for one in fields(Request)} == known


def test_a_short_secret_stops_the_start() -> None:
    """A guessable key would let strangers test what was handed in."""
    with pytest.raises(Misconfigured, match="BITAQA_SECRET"):
        Identity("short")


@pytest.mark.parametrize("media_type", list(MediaType))
def test_a_key_tells_its_media_type(media_type: MediaType) -> None:
    """Every format that is read has an extension, and it leads back."""
    key = original_key("default", "doc_" + "a" * 32, 1, media_type)

    assert checked_key(key) == key
    assert media_type_of(key) == media_type
    assert media_type_of("a/b.html") == "application/octet-stream"


@pytest.mark.parametrize(
    ("prefer", "expected"),
    [
        ("wait=10", 10),
        ("respond-async, WAIT = 3", 3),
        ('wait="7"; foo=bar', 7),
        ("wait=999999999", 60),
        ("wait=0", 0),
        ("wait=-1", None),
        ("wait=1e9", None),
        ("wait=", None),
        ("waiter=5", None),
        ("", None),
        (None, None),
    ],
)
def test_prefer_is_read_as_the_rfc_has_it(prefer: str | None, expected: float | None) -> None:
    """What does not parse is ignored; the wait is capped."""
    assert wait_s(prefer, 60.0) == expected


def test_a_spool_of_a_dead_process_is_swept(tmp_path: Path) -> None:
    """Bodies that a killed process left do not fill the disk; a living one keeps its own."""
    dead = tmp_path / "bitaqa-spool-999999999-x"
    dead.mkdir()
    living = open_spool(tmp_path)

    other = open_spool(tmp_path)

    assert not dead.exists()
    assert living.path.is_dir()
    other.close()
    assert not other.path.exists()


def test_a_spool_of_an_earlier_process_with_this_ones_number_is_swept(tmp_path: Path) -> None:
    """In a container each process has the number of the one before."""
    earlier = tmp_path / f"bitaqa-spool-{os.getpid()}-x"
    earlier.mkdir()
    os.utime(earlier, (0, psutil.Process().create_time() - 60))

    open_spool(tmp_path).close()

    assert not earlier.exists()
