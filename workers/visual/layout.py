"""What a document's face looks like: its fields, their labels, and where values stand to them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum

from workers.ports import Script
from workers.text import look_alikes
from workers.text.arabic import normal_form
from workers.text.bidi import has_arabic
from workers.text.makes import MAKES

WORD_LETTERS_MIN = 3
"""A label with so many letters is words, no code."""

Parse = Callable[[str], str | None]
"""From text as printed to a value in its normal form; None where it is no such value."""


def as_printed(text: str) -> str | None:
    """Return the text as a value without more ado; None where nothing is left of it."""
    return normal_form(text.strip(" \t:;.,|_*")) or None


def never(_: str) -> bool:
    """Say no of any text."""
    return False


class Where(StrEnum):
    """Where a value stands as seen from its label."""

    SAME_LINE = "same line"
    RIGHT = "right"
    LEFT = "left"
    BELOW = "below"
    ABOVE = "above"


class Accents(Enum):
    """How a language's accents fare with readers."""

    NONE = "none"
    """It has none."""
    TOLD = "told"
    """The letters below them are told elsewhere: what one reader surely saw is there."""
    SOME = "some"
    """They are lost where print is small."""
    LOST = "lost"
    """Every reader loses them at times."""


@dataclass(frozen=True, slots=True)
class Zone:
    """One field on the face of a document.

    Args:
        field: its name.
        labels: as printed, in every language and spelling; matched without accents, case and
            punctuation, and with some misreadings. Short ones (``4a``, ``D.1``) must be words of
            their own. Without labels the zone is found by its grammar, anywhere.
        script: what the value is written in; None where it may be in either, as it was seen.
        where: places to look at, the likeliest first.
        lines_max: how many lines a value may run over.
        ends: says of a line of a longer value that it is the last.
        parse: what makes it a value; the stricter it is, the less a wrong place can pass.
        shares: the value is a part of another's print, as a place of birth beside the date: both
            zones may take the same place.
        checked: the value has a check digit that ``parse`` holds it to, or a closed list: its
            grammar alone supports it.
        anywhere: where no place beside a label makes a value, its grammar is sought everywhere.
        whole: sought by its grammar, the value is a whole piece of a line, not some words of it.
        figures_apart: its letters are of a few known words, so a reader of figures reads its
            figures alone, cut out of the line: a second reading of what the words leave open.
        coded: letters and figures stand in it without a rule, so that readers who agree on an I or
            a 1 support nothing: see :mod:`workers.text.look_alikes`.
        open_in: tells the places of a coded value's symbols that could as well be others.
        accents: how far its language's accents are to be feared for.
        spaced: where its spaces are only print tells; not so of words of a closed list, or of a
            number that has none.
        free: words without a grammar: print left of them that no line shows makes them doubtful,
            for two readers of one strip agree on words whose beginning is cut off.
        origins: its words name persons, so that an unknown one with an article is a name of origin.
        known: words of a closed list that it has: they are no misread labels, whatever these say.
        headed: labels of words, not its codes, stand above the value as well.
        reread: what makes it a value when another reader reads a place that is already found,
            where that may ask less than ``parse``.
    """

    field: str
    labels: tuple[str, ...] = ()
    script: Script | None = Script.LATIN
    where: tuple[Where, ...] = (Where.SAME_LINE, Where.RIGHT, Where.BELOW)
    lines_max: int = 1
    parse: Parse = as_printed
    ends: Callable[[str], bool] = never
    shares: bool = False
    checked: bool = False
    anywhere: bool = False
    whole: bool = False
    figures_apart: bool = False
    coded: bool = False
    open_in: Callable[[str], frozenset[int]] = look_alikes.open_places
    accents: Accents = Accents.SOME
    spaced: bool = True
    free: bool = False
    origins: bool = False
    known: frozenset[str] = frozenset()
    headed: bool = False
    reread: Parse | None = None

    def open_places(self, value: str) -> frozenset[int]:
        """Return the places of a value's symbols that no rule of the field tells from others."""
        return self.open_in(value) if self.coded else frozenset()

    def is_words(self, value: str) -> bool:
        """Say whether a value is words that no list knows: only print tells their spaces."""
        is_known = self.field == "make" and value in MAKES
        is_free = self.spaced and not (self.coded or self.checked or is_known)
        is_latin = self.script is Script.LATIN or (self.script is None and not has_arabic(value))
        return is_latin and is_free and any(map(str.isalpha, value))

    def is_misspelt(self, value: str) -> bool:
        """Say whether a value of words is written as none is, so that a letter was misread."""
        return self.is_words(value) and look_alikes.mixes_cases(value)

    def where_beside(self, label: str) -> tuple[Where, ...]:
        """Return the places to look at from a label as printed: before it in Arabic, else behind.

        Where a form prints both languages, the value stands between the two labels.
        """
        if self.headed and sum(map(str.isalpha, label)) >= WORD_LETTERS_MIN:
            return (*self.where, Where.BELOW)
        likely, other = (
            (Where.LEFT, Where.RIGHT) if has_arabic(label) else (Where.RIGHT, Where.LEFT)
        )
        if likely not in self.where or other not in self.where:
            return self.where
        first, last = sorted((self.where.index(likely), self.where.index(other)))
        order = list(self.where)
        order[first], order[last] = likely, other
        return tuple(order)

    def value_of(self, text: str) -> str | None:
        """Return the value that a further reading of the zone's place makes."""
        return (self.reread or self.parse)(text)


@dataclass(frozen=True, slots=True)
class DocumentFace:
    """One side of one version of a document.

    Args:
        name: which one, such as ``1993 front``.
        zones: its fields.
        side: the side's name; two pages of one side are one too many.
        titles: words that stand on it and belong to no field.
        stops: labels of what is not read: values end before them.
        twins: labels are printed in two languages, so that what is left of both tells a misread
            one: see :mod:`workers.visual.dim_labels`.
        order: fields as their labels stand in one column, downwards, those whose rows vary
            together: see :mod:`workers.visual.ordered`.
    """

    name: str
    zones: tuple[Zone, ...]
    side: str = "front"
    titles: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    twins: bool = False
    order: tuple[tuple[str, ...], ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields on it."""
        return tuple(zone.field for zone in self.zones)
