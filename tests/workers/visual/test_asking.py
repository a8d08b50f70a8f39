"""An AI engine is asked for what is open, and believed as far as something here confirms it."""

from collections.abc import Mapping, Sequence
from random import Random

import numpy as np
import pytest

from schemas.documents import FieldValue, Page, Quality, Route, Severity, Source
from schemas.errors import Unavailable
from workers.documents.document_type import (
    DocumentType,
    Extracted,
    FieldSpec,
    Level,
    LoadedPage,
    Specimen,
)
from workers.ports import AiAnswer, AiQuestion, Image
from workers.visual.asking import ask, stands_in
from workers.visual.evidence import Witness
from workers.visual.layout import DocumentFace, Zone
from workers.visual.reading import VisualRead


def drawn(_: Random, __: Level) -> Specimen:
    """Draw nothing."""
    raise NotImplementedError


KIND = DocumentType(
    "card",
    "Card",
    Route.INTL,
    (FieldSpec("surname", "Surname", required=True), FieldSpec("town", "Town")),
    lambda _: (0.0, None),
    lambda *_: Extracted((), (), {}),
    lambda *_: (),
    drawn,
    prompt="A card of nobody.",
)
FACES = (DocumentFace("front", (Zone("surname", ("Name",)), Zone("town", ("Town",)))),)
PAGES = (
    LoadedPage(Page(1, 1, "k", 4, 4, 0.0, Quality(1, 1, 0, 1)), np.zeros((4, 4, 3), np.uint8)),
)


class FakeAi:
    """Says what a test tells it to; remembers what it was asked."""

    name = "fake-ai"
    version = "9"

    def __init__(self, answers: Mapping[str, str] | None) -> None:
        self._answers = answers
        self.questions: list[AiQuestion] = []

    def may_read(self, tenant: str, country: str | None) -> bool:
        """Allow everything."""
        return True

    def read(self, pages: Sequence[Image], question: AiQuestion) -> Mapping[str, AiAnswer]:
        """Return the answers, or be down."""
        self.questions.append(question)
        if self._answers is None:
            raise Unavailable("ai", "the fake is down")
        return {name: AiAnswer(text) for name, text in self._answers.items()}


def reading(*, unsupported: bool = True, town: str | None = None) -> VisualRead:
    """Return what the local readers made of the card."""
    read = VisualRead(texts=["Name ERIKSSON", "Town ZENITH"])
    read.fields["surname"] = FieldValue("ERIKSON", "ERIKSON", 0.85, Source.VISUAL, "one", 1)
    read.witnesses["surname"] = (
        Witness("one", "ERIKSON", "ERIKSON", 0.85),
        Witness("two", "ERIKSSON", "ERIKSSON", 0.8),
    )
    if unsupported:
        read.unsupported.add("surname")
    if town is not None:
        read.fields["town"] = FieldValue(town, town, 0.95, Source.VISUAL, "one", 1)
    return read


def test_nobody_is_asked_where_nothing_is_open() -> None:
    """A supported document costs nothing."""
    read, ai = reading(unsupported=False, town="ZENITH"), FakeAi({})

    ask(read, KIND, FACES, PAGES, ai, "auto", "UTO")

    assert ai.questions == []


def test_it_is_asked_for_what_is_open_only() -> None:
    """Titles, prompt and country go along."""
    read, ai = reading(town="ZENITH"), FakeAi({})

    ask(read, KIND, FACES, PAGES, ai, "auto", "UTO")

    assert ai.questions == [AiQuestion("card", "UTO", {"surname": "Surname"}, "A card of nobody.")]


def test_it_decides_between_two_local_readings() -> None:
    """Two of three voices are support."""
    read = reading()

    ask(read, KIND, FACES, PAGES, FakeAi({"surname": "ERIKSSON"}), "auto", None)

    assert (read.fields["surname"].value, read.fields["surname"].grounded) == ("ERIKSSON", True)
    assert read.unsupported == set()


def test_it_confirms_what_one_reader_read() -> None:
    """The value stays the local one's, and is surer."""
    read = reading()

    ask(read, KIND, FACES, PAGES, FakeAi({"surname": "ERIKSON"}), "auto", None)

    assert read.fields["surname"].source is Source.VISUAL
    assert read.fields["surname"].confidence > 0.95
    assert read.unsupported == set()


def test_it_overrules_nobody_by_itself() -> None:
    """What nobody else read changes no value."""
    read = reading()

    ask(read, KIND, FACES, PAGES, FakeAi({"surname": "OLSEN"}), "auto", None)

    assert read.fields["surname"].value == "ERIKSON"
    assert read.unsupported == {"surname"}


@pytest.mark.parametrize(("town", "grounded"), [("ZENITH", True), ("NADIR", False)])
def test_a_missing_field_counts_as_far_as_the_page_shows_it(town: str, *, grounded: bool) -> None:
    """An invented value is marked as such."""
    read = reading()

    ask(read, KIND, FACES, PAGES, FakeAi({"town": town}), "auto", None)

    assert read.fields["town"].grounded is grounded
    assert read.fields["town"].source is Source.AI


@pytest.mark.parametrize(
    ("engine", "severity"), [("auto", Severity.INFO), ("mistral", Severity.WARNING)]
)
def test_its_silence_is_a_finding(engine: str, severity: Severity) -> None:
    """What was read here stands; who asked for the AI by name is told that it was not there."""
    read = reading()
    ask(read, KIND, FACES, PAGES, FakeAi(None), engine, None)

    assert [(one.code, one.severity) for one in read.findings] == [("ai.unavailable", severity)]
    assert read.fields["surname"].value == "ERIKSON"


@pytest.mark.parametrize(
    ("text", "lines", "stands"),
    [
        ("Eric Sson", ["Name ERIC SSON"], True),
        ("Éric Sson", ["Name ERIC SSON"], False),
        ("RICS", ["Name ERIC SSON"], False),
        ("12 Rue des Lilas, 75011 Paris", ["12 RUE DES LILAS", "Domicile", "75011 PARIS"], True),
        ("12 Rue des Lilas, 75012 Paris", ["12 RUE DES LILAS", "Domicile", "75011 PARIS"], False),
        ("5501", ["B 1255", "01 P"], False),
        ("12", ["B 12"], False),
        ("أحمد", ["الاسم أحمد"], True),
        ("أحمد", ["الاسم احمد"], False),
        ("", ["B 12"], False),
    ],
)
def test_words_must_stand_there_as_they_are(text: str, lines: list[str], *, stands: bool) -> None:
    """Not as parts of words, not across lines, not without their accents, not a letter or two."""
    assert stands_in(text, lines) is stands
