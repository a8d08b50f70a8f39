"""What the watch concludes: order and repetition change nothing, windows end, nothing leaks."""

import itertools
from dataclasses import replace

import pytest

from schemas.messages import Message
from streams.watch_progress import STANDSTILL_S, Position, Progress
from streams.watch_sightings import (
    KEPT_MAX,
    Sighting,
    add,
    forgetting,
    forgotten,
    from_bytes,
    sightings,
    to_bytes,
)
from streams.watch_ways import (
    Kind,
    Way,
    counts,
    from_value,
    is_over,
    is_overdue,
    step,
    to_value,
)
from tests.support.passes import BEGIN, failed, read, uploaded, whole_pass

NOW = BEGIN.timestamp() + 60
SECRET = "s" * 32


def way_of(*messages: Message) -> Way:
    """Return the way after some records."""
    way: Way | None = None
    for message in messages:
        way = step(way, message, 2, NOW)
    assert way is not None
    return way


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_order_of_topics_does_not_matter(order: tuple[int, ...]) -> None:
    """Records of several topics come in any order, and twice."""
    messages = [whole_pass(1)[index] for index in order]

    way = way_of(*messages, *messages)

    assert way == way_of(*whole_pass(1))
    assert (way.outcome, way.stage) == ("accepted", "validate")


def test_a_result_counts_more_than_a_failure() -> None:
    """A redrive may still read what was given up."""
    assert way_of(uploaded(1), failed(1)).outcome == "failed"
    assert way_of(uploaded(1), failed(1), read(1)).outcome == "accepted"
    assert way_of(uploaded(1), read(1), failed(1)).outcome == "accepted"


def test_a_new_revision_begins_anew_and_an_old_one_is_no_news() -> None:
    """A re-reading is on its way though the first reading ended."""
    again = way_of(*whole_pass(1), uploaded(1, revision=2))

    assert (again.outcome, again.revision) == (None, 2)
    assert step(again, read(1), 2, NOW) == again


def test_overdue_is_who_has_no_end_after_the_limit_and_was_not_told() -> None:
    """Neither before the limit, nor after an end, nor twice."""
    waiting, due = way_of(uploaded(1)), BEGIN.timestamp() + 100

    assert is_overdue(waiting, 99, due)
    assert not is_overdue(waiting, 101, due)
    assert not is_overdue(replace(waiting, overdue=True), 99, due)
    assert not is_overdue(way_of(*whole_pass(1)), 99, due)


def test_only_what_ended_is_forgotten_and_counted() -> None:
    """A document on its way is kept however long it takes."""
    ended, waiting = way_of(*whole_pass(1)), way_of(uploaded(2))

    assert is_over(ended, 10, NOW + 11)
    assert not is_over(ended, 10, NOW + 9)
    assert not is_over(waiting, 10, NOW + 11)
    assert counts([ended, ended, waiting], NOW - 1) == {Kind("passport", "UTO", "accepted"): 2}
    assert counts([ended], NOW + 1) == {}


def test_a_way_survives_the_table() -> None:
    """What the changelog keeps is the way."""
    way = way_of(*whole_pass(1))

    assert from_value(to_value(way)) == way


def seen(number: int, subject: str, at: float = 0.0) -> Sighting:
    """Return a sighting of one thing."""
    return Sighting("i" * 32, "image", f"doc-{number}", "default", 1, subject, at)


def test_others_are_told_once_and_only_within_the_window() -> None:
    """The same subject is no news, nor the same document, nor what was long ago."""
    kept, others = add((), seen(1, "a"), 60)
    assert others == ()

    kept, others = add(kept, seen(2, "a", 1), 60)
    assert others == ()

    kept, others = add(kept, seen(3, "b", 2), 60)
    assert others == ("doc-2", "doc-1")
    assert add(kept, seen(3, "b", 3), 60)[1] == ()
    assert add(kept, seen(4, "b", 100), 60)[1] == ()


def test_what_is_kept_of_one_thing_is_bounded() -> None:
    """One picture under thousands of subjects does not fill the memory."""
    kept: tuple[Sighting, ...] = ()
    for number in range(3 * KEPT_MAX):
        kept, _ = add(kept, seen(number, str(number), float(number)), 1e9)

    assert len(kept) == KEPT_MAX


def test_sightings_hold_hashes_apart_by_tenant_and_no_values() -> None:
    """Two tenants with the same passport share nothing, and the topic holds no number."""
    mine = replace(read(1), request=replace(read(1).request, subject="customer-1"))
    [one] = sightings(mine, SECRET)
    [other] = sightings(replace(mine, tenant="other"), SECRET)

    assert one.identity != other.identity
    assert from_bytes(to_bytes(one)) == one
    for value in (mine.fields["document_number"].value, "customer-1"):
        assert value not in to_bytes(one).decode()


def test_word_of_an_erasure_is_no_sighting() -> None:
    """Both stand on one topic."""
    assert forgotten(forgetting("doc-1")) == "doc-1"
    assert forgotten(to_bytes(seen(1, "a"))) is None


def test_a_document_without_a_subject_is_not_compared() -> None:
    """Nobody said whose it is."""
    nobody = replace(uploaded(1), request=replace(uploaded(1).request, subject=None))

    assert not list(sightings(nobody, SECRET))


def test_standing_still_is_a_fault_only_with_something_to_read() -> None:
    """An idle consumer is well; one that does not move for a minute is not."""
    progress, place = Progress(), ("topic", 0)
    behind = {place: Position(5, 7, behind=True)}
    idle = {place: Position(7, 7, behind=False)}

    assert progress.stuck(behind, 0) == ()
    assert progress.stuck(behind, STANDSTILL_S + 1) == (place,)
    assert progress.stuck({place: Position(6, 7, behind=True)}, STANDSTILL_S + 2) == ()
    assert progress.stuck(idle, 10 * STANDSTILL_S) == ()
    assert progress.stuck(idle, 20 * STANDSTILL_S) == ()
    assert progress.stuck({}, 30 * STANDSTILL_S) == ()
