"""The visual zone of travel documents: what the MRZ leaves out, and what both of them say.

Reading it by all means costs ten times the MRZ, so it is read so where something hangs on it: names
that no check digit guards and the recogniser was not sure of, names cut to their cells, and the
types whose zone leaves out what the card prints; else `icao_print` gives it a cheap look. Source of
the labels: ICAO Doc 9303 part 3, section 3 (English, French or Spanish beside the state's own
language).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from schemas.documents import Extraction, FieldValue, Finding, Severity, Source
from workers.documents.document_type import LoadedPage
from workers.documents.icao_compare import NAMES, surely_differing
from workers.documents.icao_days import day, transliterated
from workers.findings import finding
from workers.ports import Tools
from workers.text import look_alikes
from workers.text.mrz_transliteration import is_transliteration, transliterate
from workers.text.printed import as_words, with_last_point
from workers.visual.extractor import read_faces
from workers.visual.layout import Accents, DocumentFace, Where, Zone, as_printed
from workers.visual.reading import VisualRead

ADDED = ("issue_date", "birth_place", "authority", "expiry_date", "nationality")
UNGUARDED_SURE = 0.97
"""Codes and sex must be read so surely where the visual zone has confirmed the names alone."""

NUMBER_MIN, FIGURES_MIN = 5, 2
"""A document's number has so many symbols, so many of them figures."""

_BELOW = (Where.BELOW, Where.RIGHT, Where.SAME_LINE)


LETTERS_UNKNOWN = frozenset({"AZE", "NGA", "TUR", "VNM"})
"""States whose languages have letters that no reader of ours knows: two read the same other one."""
PLACES = ("birth_place", "authority")


class VisualZone(Enum):
    """When the visual zone is read by all means."""

    WHERE_NEEDED = "where needed"
    ALWAYS = "always"


def name(text: str) -> str | None:
    """Return a name without what parts several given names; None where it holds figures.

    Small letters of the shape of capitals among these are misread.
    """
    plain = as_words(_bare(" ".join(text.replace(",", " ").split())))
    if plain is None or any(letter.isdigit() for letter in plain):
        return None
    return plain if any(letter.isalpha() for letter in plain) else None


def place(text: str) -> str | None:
    """Return a place or an authority; None where it is a date or nothing."""
    plain = as_printed(text.lstrip(_MARKS))
    if plain is None or day(plain) or sum(map(str.isalpha, plain)) < 2:
        return None
    return None if _CODE.search(plain) else with_last_point(plain, text)


def number(text: str) -> str | None:
    """Return a document's number in shapes that readers tell apart; None where it is none."""
    plain = "".join(filter(str.isalnum, text.upper()))
    is_code = plain.isascii() and sum(map(str.isdigit, plain)) >= FIGURES_MIN
    if not is_code or len(plain) < NUMBER_MIN or day(text):
        return None
    return look_alikes.shape(plain)


_CODE = re.compile(r"[^\W\d_]\d|\d[^\W\d_]+\d")
"""Figures behind letters of one word: a number of some document, and no place."""

_MARKS = " )(]['\"»«:;,.|-_*"


def _bare(text: str) -> str:
    """Return the text without marks at its ends, as a label's bracket leaves them."""
    return text.strip(_MARKS)


DATES = {
    "birth_date": (
        "Date of birth", "Date de naissance", "Fecha de nacimiento", "Geburtsdatum", "Born on",
        "Né(e) le", "Né le", "Née le", "Date de naiss.",
    ),
    "issue_date": (
        "Date of issue", "Date de délivrance", "Fecha de expedición", "Ausstellungsdatum",
        "Délivrée le", "Issued on", "Date d'émission",
    ),
    "expiry_date": (
        "Date of expiry", "Date d'expiration", "Fecha de caducidad", "Gültig bis", "Expiry date",
        "Date d'expir.", "Valable jusqu'au", "Carte valable jusqu'au",
    ),
}  # fmt: skip
WORDS = {
    "surname": ("Surname", "Nom", "Apellidos", "Nachname", "Name", "Cognome"),
    "given_names": ("Given names", "Prénoms", "Prénom(s)", "Nombre", "Vornamen", "Forenames"),
    "birth_place": (
        "Place of birth", "Lieu de naissance", "Lugar de nacimiento", "Geburtsort",
    ),
    "authority": ("Authority", "Autorité", "Autoridad", "Behörde", "Issuing authority"),
}  # fmt: skip
NUMBERS = (
    "Passport No", "Passeport No", "Passport number", "Pasaporte No", "Reisepass Nr",
    "Document No", "Document number", "No du document", "Documento No", "Dokument Nr",
    "Card No", "Identity card No",
)  # fmt: skip
STOPS = (
    "Nationality", "Nationalité", "Sex", "Sexe", "Sexo", "Height", "Taille", "Signature",
    "Type", "Code", "Personal No", "Adresse", "Nom d'usage", "Alternate name",
)  # fmt: skip


def _zones(words: Mapping[str, tuple[str, ...]]) -> tuple[Zone, ...]:
    dates = tuple(Zone(field, labels, where=_BELOW, parse=day) for field, labels in DATES.items())
    named = tuple(
        Zone(
            field,
            labels,
            where=_BELOW,
            parse=name if field in NAMES else place,
            accents=Accents.TOLD if field in NAMES else Accents.SOME,
            free=field not in NAMES,
        )
        for field, labels in words.items()
    )
    return (*named, *dates, number_zone(NUMBERS, _BELOW))


def number_zone(labels: tuple[str, ...], where: tuple[Where, ...]) -> Zone:
    """Return where the document's number is printed: it is only held against the zone's."""
    field = "document_number"
    return Zone(field, labels, where=where, parse=number, accents=Accents.NONE)


FACES = (DocumentFace("data page", _zones(WORDS), stops=STOPS),)
"""One face for every arrangement: labels and geometry tell the rest."""


@dataclass(slots=True)
class _Merged:
    """The extraction while the visual zone is worked into it."""

    fields: dict[str, FieldValue] = field(repr=False)
    findings: list[Finding]


def is_needed(extraction: Extraction) -> bool:
    """Say whether names hang on the visual zone and nothing else is wrong."""
    codes = {one.code for one in extraction.findings}
    valid = extraction.mrz is not None and extraction.mrz.valid
    return valid and bool(codes & {"names.unsupported", "names.truncated"})


def with_visual_zone(
    extraction: Extraction,
    pages: Sequence[LoadedPage],
    tools: Tools,
    faces: Sequence[DocumentFace] = FACES,
) -> tuple[Extraction, Mapping[str, float]]:
    """Return the extraction with what its visual zone adds and confirms, and the time it took."""
    read = read_faces(pages, faces, tools)
    return merged_with(extraction, read), read.timings_ms


def merged_with(extraction: Extraction, read: VisualRead) -> Extraction:
    """Return the extraction with what the print says beside it.

    Nothing unsupported is added to what would be accepted: the MRZ's own values stand.
    """
    merged = _Merged(dict(extraction.fields), list(extraction.findings))
    confirmed = [name for name in NAMES if _confirm_name(name, merged, read)]
    if all(name in confirmed for name in NAMES if name in extraction.fields):
        _settle_names(merged)
    differing = surely_differing(extraction, read)
    if differing:
        merged.findings.append(finding("visual.differs", *differing))
    _settle_issue(merged, read)
    _add(merged, read)
    return replace(extraction, fields=merged.fields, findings=tuple(merged.findings))


def has_unknown_letters(fields: Mapping[str, FieldValue]) -> bool:
    """Say whether a document's words are in a language with letters that no reader knows."""
    states = {fields[one].value for one in ("issuing_country", "nationality") if one in fields}
    return bool(states & LETTERS_UNKNOWN)


def _add(merged: _Merged, read: VisualRead) -> None:
    """Add what only the visual zone tells; doubtful values only where a person looks anyway."""
    left_out = PLACES if has_unknown_letters(merged.fields) else ()
    names = {transliterated(merged.fields[name].value) for name in NAMES if name in merged.fields}
    new = {
        name: read.fields[name]
        for name in ADDED
        if name in read.fields
        and name not in left_out
        and name not in merged.fields
        # Beside the wrong label stands somebody's name.
        and transliterated(read.fields[name].value) not in names
    }
    doubtful = sorted(name for name in new if name in read.unsupported)
    if all(one.severity is Severity.INFO for one in merged.findings):
        new = {name: value for name, value in new.items() if name not in doubtful}
    elif doubtful:
        merged.findings.append(finding("field.unsupported", *doubtful))
    merged.fields |= new


def _confirm_name(name: str, merged: _Merged, read: VisualRead) -> bool:
    """Take a printed name that agrees with the zone; say whether it does."""
    seen, ours = read.fields.get(name), merged.fields.get(name)
    if seen is None or ours is None:
        return False
    try:
        cells = transliterate(seen.value).replace("<", " ")
        same = is_transliteration(ours.value, seen.value)
    except ValueError:
        return False
    cut = any(one.code == "names.truncated" for one in merged.findings)
    supported = name not in read.unsupported
    longer = cut and len(cells) > len(ours.value) and cells.startswith(ours.value)
    if (same and supported) or longer:
        merged.fields[name] = replace(seen, confidence=max(seen.confidence, ours.confidence))
    return same or (longer and supported)


def _settle_names(merged: _Merged) -> None:
    """Drop the doubts that a second, independent reading of the names has answered."""
    sure = all(
        merged.fields[name].confidence >= UNGUARDED_SURE
        for name in ("issuing_country", "nationality", "sex", "mrz_type")
        if name in merged.fields and merged.fields[name].source is Source.MRZ
    )
    answered = {"names.truncated"} | ({"names.unsupported"} if sure else set())
    merged.findings = [one for one in merged.findings if one.code not in answered]


def _settle_issue(merged: _Merged, read: VisualRead) -> None:
    """Let the printed day complete a month of issue that the zone tells."""
    seen, ours = read.fields.get("issue_date"), merged.fields.get("issue_date")
    if seen is None or ours is None or ours.source is not Source.MRZ:
        return
    # The zone's check digit guards year and month; the day has two readings or stays away.
    completes = ours.value.endswith("-00") and seen.value[:7] == ours.value[:7]
    if completes and "issue_date" not in read.unsupported:
        merged.fields["issue_date"] = seen
