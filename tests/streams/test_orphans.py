from collections.abc import Iterable

from streams.erasing import KINDS
from streams.orphans import CLAIM_AGE_S, ORPHAN_AGE_S, orphans_of
from streams.store import Entry

NOW_S = 2_000_000_000.0
OLD_S, FRESH_S = NOW_S - ORPHAN_AGE_S - 1, NOW_S - ORPHAN_AGE_S + 60


def document(letter: str) -> str:
    """Return an id in its form."""
    return "doc_" + letter * 32


def found(*entries: Entry, manifests: Iterable[str] = ()) -> set[str]:
    """Return the keys that can go, where ``a`` has rows and ``e`` was erased."""
    known = lambda _ids: ({document("a")}, {document("e")})  # noqa: E731 - one line says it
    return {key for _, key in orphans_of(entries, known, set(manifests).__contains__, NOW_S)}


def test_objects_that_nobody_knows_go_after_a_day() -> None:
    """Those of documents with rows stay, however old; so do young ones: an upload is under way."""
    keys = {letter: f"originals/t/{document(letter)}/1.png" for letter in "abc"}

    gone = found(Entry(keys["a"], OLD_S), Entry(keys["b"], OLD_S), Entry(keys["c"], FRESH_S))

    assert gone == {keys["b"]}


def test_a_manifest_speaks_for_its_document() -> None:
    """The sink may be behind for long: what was accepted stays, its manifest with it."""
    key = f"originals/t/{document('b')}/1.png"
    manifest = f"manifests/t/{document('b')}.json"

    assert not found(Entry(manifest, OLD_S), Entry(key, OLD_S), manifests=[manifest])
    assert found(Entry(key, OLD_S), manifests=[manifest.replace("/t/", "/u/")]) == {key}


def test_objects_of_an_erased_document_go_at_once() -> None:
    """Whatever kind they are of, marker or not: a stage wrote them late."""
    keys = {f"{kind}/t/{document('e')}/1/1.png" for kind in KINDS}
    marker = f"manifests/t/{document('e')}.json"

    gone = found(*(Entry(key, NOW_S) for key in keys), Entry(marker, OLD_S), manifests=[marker])

    assert gone == keys


def test_what_names_an_origin_waits_for_the_erasure() -> None:
    """It removes the origin first; of a document that never came to be, the note alone goes."""
    notes = {letter: f"origins/t/{document(letter)}/1.json" for letter in "be"}

    assert found(*(Entry(key, OLD_S) for key in notes.values())) == {notes["b"]}


def test_claims_are_held_for_a_week() -> None:
    """Then an Idempotency-Key is free again."""
    held, over = (f"idempotency/t/{digit * 64}.json" for digit in "12")

    gone = found(Entry(held, NOW_S - CLAIM_AGE_S + 60), Entry(over, NOW_S - CLAIM_AGE_S - 60))

    assert gone == {over}


def test_what_has_another_form_is_left_alone() -> None:
    """It belongs to somebody else."""
    keys = ("exports/t/2026.csv", "originals/t/other/1.png", "a", "originals/t", "batches/t/1/2")
    theirs = (f"incoming/t/{document(letter)}/1.png" for letter in "be")

    assert not found(*(Entry(key, 0.0) for key in (*keys, *theirs)))
