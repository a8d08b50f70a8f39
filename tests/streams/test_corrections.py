"""What a person corrected outlives every later reading, and its values show nowhere."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.documents import Severity, Source, Status
from schemas.errors import Unavailable
from schemas.messages import DocumentRead
from streams.corrections import carried, content, correction_key, corrections_of
from streams.settings import load_settings
from streams.stages import validate_stage
from streams.store import DirectoryStore, MemoryStore, Store
from tests.support.passes import document_id, extracted, read
from workers.correct import Correction

AT = datetime(2026, 3, 15, 8, 0, tzinfo=UTC)
TENANT = read(1).tenant


def corrected(store: Store, revision: int, person: str = "key:a", **changes: str | None) -> None:
    """Keep a correction as the service does."""
    made = Correction(revision, person, AT, changes)
    store.put(correction_key(TENANT, document_id(1), revision), content(made), "application/json")


def test_a_reading_that_ends_after_a_correction_carries_it(tmp_path: Path) -> None:
    """Whichever has the higher number: the last record of the topic has the person's value."""
    store = DirectoryStore(tmp_path, None)
    corrected(store, 3, surname="THORNWICK")
    work = validate_stage(load_settings({"BITAQA_STORE_URL": tmp_path.as_uri()}))

    [late] = work(extracted(1, revision=2))
    [later] = work(extracted(1, revision=4))

    for one in (late, later):
        assert isinstance(one, DocumentRead)
        surname = one.fields["surname"]
        assert (surname.value, surname.source, surname.engine) == (
            "THORNWICK",
            Source.PERSON,
            "key:a",
        )
        [told] = [finding for finding in one.findings if finding.code == "field.corrected"]
        assert (told.severity, told.fields) == (Severity.INFO, ("surname",))
        assert one.corrected_by is None
        assert one.fields["given_names"].source is not Source.PERSON


def test_the_last_word_on_a_field_counts() -> None:
    """Also that it has no value; the tenth revision is later than the ninth."""
    store = MemoryStore()
    corrected(store, 9, surname="FIRST", sex="F", unheard_of="x")
    corrected(store, 10, "key:b", surname="SECOND", sex=None)

    one = carried(read(1, revision=11), lambda: store)

    assert (one.fields["surname"].value, one.fields["surname"].engine) == ("SECOND", "key:b")
    assert {"sex", "unheard_of"}.isdisjoint(one.fields)
    assert [kept.revision for kept in corrections_of(store, TENANT, document_id(1))] == [9, 10]


def test_a_carried_value_is_judged_like_a_corrected_one() -> None:
    """What a rule doubts is an information; a required value that was taken away is missed."""
    doubted, without = MemoryStore(), MemoryStore()
    corrected(doubted, 2, birth_date="1700-01-01")
    corrected(without, 2, surname=None)

    one = carried(read(1, revision=3), lambda: doubted)
    other = carried(read(1, revision=3), lambda: without)

    assert one.status is Status.ACCEPTED
    assert other.status is Status.REVIEW


def test_a_first_reading_asks_no_store_and_one_without_corrections_stays_as_it_is() -> None:
    """The store of a document that is read again must answer: no correction is lost with it."""

    def down() -> Store:
        raise Unavailable("store", "the disk is gone")

    again = read(1, revision=2)

    assert carried(read(1), down) == read(1)
    assert carried(again, MemoryStore) == again
    with pytest.raises(Unavailable):
        carried(again, down)


def test_values_of_a_correction_show_in_no_repr() -> None:
    """They are a document's."""
    assert "THORNWICK" not in repr(Correction(2, "key:a", AT, {"surname": "THORNWICK"}))
