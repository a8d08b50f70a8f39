"""The form fields of an upload, checked, as the request that travels through the pipeline."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from ingest.problems import Problem
from schemas.messages import Request
from workers.text.countries import alpha3_of

NAMES = ("document_type", "country", "languages", "engine", "reference", "subject")
ENGINES = ("auto", "local", "mistral")
TEXT_LENGTH_MAX = 200
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""Text without control characters: PostgreSQL refuses NUL, and no value has any."""

LANGUAGES_MAX = 6

# Tesseract's model names: fra, chi_sim, chi_sim_vert, aze_cyrl.
_LANGUAGE = re.compile(r"[a-z]{3}(_[a-z]{3,5}){0,2}")


def request_of(fields: Mapping[str, str], document_types: Collection[str]) -> Request:
    """Return what the caller asks for; an empty field counts as left out.

    Raises:
        Problem: 422 with the field's name, never its content.
    """
    given = {name: text.strip() for name, text in fields.items() if text.strip()}
    return Request(
        document_type=_document_type(given.get("document_type"), document_types),
        country=_country(given.get("country")),
        languages=_languages(given.get("languages")),
        engine=_engine(given.get("engine", "auto")),
        reference=_text("reference", given.get("reference")),
        subject=_text("subject", given.get("subject")),
    )


def _document_type(code: str | None, known: Collection[str]) -> str | None:
    if code is None or code in known:
        return code
    raise _refused("document_type", "is unknown; /v1/document-types lists those that are read")


def _country(code: str | None) -> str | None:
    if code is None:
        return None
    alpha3 = alpha3_of(code)
    if alpha3 is None:
        raise _refused("country", "must be an ISO 3166-1 code such as TN or TUN")
    return alpha3


def _languages(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    languages = tuple(text.split("+"))
    if len(languages) > LANGUAGES_MAX or not all(_LANGUAGE.fullmatch(one) for one in languages):
        raise _refused(
            "languages", f"must be at most {LANGUAGES_MAX} Tesseract codes joined by +: ara+fra"
        )
    return languages


def _engine(name: str) -> str:
    if name not in ENGINES:
        raise _refused("engine", f"must be one of {', '.join(ENGINES)}")
    return name


def _text(name: str, text: str | None) -> str | None:
    if text is None:
        return None
    if len(text) > TEXT_LENGTH_MAX:
        raise _refused(name, f"must be at most {TEXT_LENGTH_MAX} characters")
    if any(unicodedata.category(one) == "Cc" for one in text):
        raise _refused(name, "must not hold control characters")
    return text


def _refused(name: str, why: str) -> Problem:
    return Problem(422, f"parameter.{name}", f"The field {name} {why}.", field=name)
