import sys
from pathlib import Path

import pytest

from streams import bench_mrz
from streams.bench_documents import drawn
from tests.workers.engines.mrz_pages import PASSPORT
from workers.accuracy import Truth


def test_our_reader_is_measured_on_drawn_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each picture is read once; what is right is counted, and the time it took."""
    monkeypatch.setattr(bench_mrz, "PEERS", ())
    truths = drawn("passport", 1, 1, tmp_path)

    (found,) = bench_mrz.compare(truths, tmp_path, lambda _: None)

    assert (found.reader, found.pictures) == ("bitaqa", 3)
    assert found.exact >= 2
    assert found.valid_but_wrong == found.false_zones == 0
    assert 0 < found.cpu_s <= found.cpu_s_p90


def test_lines_that_pass_and_are_wrong_are_told_from_those_that_fail() -> None:
    """A wrong name passes every check digit; a wrong number does not."""
    name = (PASSPORT[0].replace("ERIKSSON", "ERIKSSDN"), PASSPORT[1])
    number = (PASSPORT[0], PASSPORT[1].replace("L898902C3", "L898902C8"))
    truth = Truth(("a.png",), mrz_lines=PASSPORT)
    empty = Truth(("b.png",))
    read = [bench_mrz._Read(lines, 0.1) for lines in (PASSPORT, name, number, (), PASSPORT)]

    found = bench_mrz._figures(
        "one", [(Path(), one) for one in (truth, truth, truth, truth, empty)], read
    )

    assert (found.exact, found.valid_but_wrong, found.false_zones) == (1, 1, 1)


def test_a_peer_that_fails_on_a_picture_has_read_nothing() -> None:
    """It is not here at all: its environment is made by the command."""
    (read,) = bench_mrz._theirs(Path(sys.executable), "fastmrz", [Path("missing.png")])

    assert read.lines == ()
