"""What is the same for every object store: the choice of one, its keys, its links."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import Misconfigured
from streams.settings import load_settings
from streams.store import (
    DirectoryStore,
    MemoryStore,
    checked_key,
    open_store,
    sign_link,
    verify_link,
)

SECRET = "a secret for tests, of 32 and more"


@pytest.mark.parametrize(
    ("url", "kind"), [("file://{}/objects%20here", DirectoryStore), ("memory:", MemoryStore)]
)
def test_the_setting_chooses_the_store(tmp_path: Path, url: str, kind: type) -> None:
    """A URL's scheme names the kind of store; a folder is made."""
    settings = load_settings({"BITAQA_STORE_URL": url.format(tmp_path)})

    assert isinstance(open_store(settings), kind)
    assert (tmp_path / "objects here").is_dir() == (kind is DirectoryStore)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"BITAQA_STORE_URL": "ftp://host/x"},
        {"BITAQA_STORE_URL": "file://host/folder"},
        {"BITAQA_STORE_URL": "file:///dev/null/folder"},
        {"BITAQA_STORE_URL": "s3://bucket"},
        {"BITAQA_STORE_URL": "s3://bucket", "BITAQA_S3_ENDPOINT": "http://localhost:9"},
        {
            "BITAQA_STORE_URL": "s3://No_Bucket",
            "BITAQA_S3_ENDPOINT": "http://localhost:9",
            "BITAQA_S3_ACCESS_KEY": "key",
            "BITAQA_S3_SECRET_KEY": "secret",
        },
    ],
)
def test_a_setting_that_names_no_store_is_told_with_its_cure(environment: dict[str, str]) -> None:
    """The message names the variable to mend."""
    with pytest.raises(Misconfigured, match="BITAQA_S"):
        open_store(load_settings(environment))


def test_links_need_a_secret(tmp_path: Path) -> None:
    """Without one there are none, rather than ones that anybody could make."""
    with pytest.raises(Misconfigured, match="BITAQA_SECRET"):
        DirectoryStore(tmp_path, None).link("a/b", 60)


@given(
    st.dictionaries(st.sampled_from(["expires", "signature", "x"]), st.text(max_size=80)),
)
def test_no_made_up_query_opens_a_link(query: dict[str, str]) -> None:
    """Whatever stands in it, a query that was not signed is refused without an error."""
    assert not verify_link(SECRET, "a/b", query)


def test_a_signature_covers_key_expiry_and_secret() -> None:
    """A change of any of them voids it."""
    query = dict(parse_qsl(sign_link(SECRET, "a/b", 60, now=1000)))
    later = query | {"expires": str(int(query["expires"]) + 1)}

    assert verify_link(SECRET, "a/b", query, now=1060)
    assert not verify_link(SECRET, "a/b", query, now=1061)
    assert not verify_link(SECRET, "a/c", query, now=1000)
    assert not verify_link(SECRET, "a/b", later, now=1000)
    assert not verify_link("another secret", "a/b", query, now=1000)


@given(st.text(max_size=40))
def test_a_key_that_is_taken_stays_within_the_store(key: str) -> None:
    """Whatever text comes, it is refused or names a place below the root."""
    try:
        checked_key(key)
    except ValueError:
        return
    root = Path("/store")
    assert root in (root / key).resolve().parents
