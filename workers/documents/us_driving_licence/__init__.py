"""Driving licences and identity cards of the United States and Canada, by their barcode.

Source: AAMVA DL/ID Card Design Standard, annex D; what its elements mean in each version stands
in ``workers/text/aamva.py``. Nothing is read from the front: states print as they like, and the
barcode carries its own error correction.
"""

import re

from schemas.documents import Extraction, FieldValue, Route, Source
from schemas.messages import Request
from workers.documents.document_type import (
    DocumentType,
    Evidence,
    Extracted,
    FieldSpec,
    LoadedPage,
)
from workers.documents.us_driving_licence.check import check
from workers.documents.us_driving_licence.draw import draw
from workers.findings import finding
from workers.ports import Tools
from workers.text.aamva import Licence, parse
from workers.text.countries import alpha3_of
from workers.visual.labels import find_phrase

CODE = "us_driving_licence"
SCORE = 0.95
CONFIDENCE = 0.999
"""PDF417's error correction either satisfies itself or says that nothing was read."""


TITLES = ("Driver License", "Driver's License", "Driver Licence", "Driver's Licence")
LABELS = frozenset(
    {"DL", "DLN", "LN", "FN", "DOB", "EXP", "ISS", "SEX", "HGT", "WGT", "EYES", "CLASS", "REST"}
)
"""Words beside the values, as the standard's annex A has them printed."""

LABELS_FULL = 5
_NUMBER = re.compile(r"^\d{1,2}[a-d]?(?=[A-Z])")


def recognise(evidence: Evidence) -> tuple[float, str | None]:
    """Return a sure score where a barcode is a licence's, a fair one where only the front shows."""
    for _, barcode in evidence.barcodes:
        licence = parse(barcode.text)
        if licence is not None:
            return SCORE, licence.country
    texts = [line.text for _, line in evidence.lines]
    title = max((find_phrase(one, texts) for one in TITLES), default=0.0) if texts else 0.0
    words = {_NUMBER.sub("", word).strip(":.,#") for text in texts for word in text.split()}
    share = min(1.0, len(words & LABELS) / LABELS_FULL)
    return round(title * (0.3 + 0.5 * share), 4), None


def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
    """Read each different licence barcode on the pages."""
    engine = tools.barcodes
    versions = {} if engine is None else {engine.name: engine.version}
    name = "" if engine is None else f"{engine.name}/{engine.version}"
    made: dict[str, Extraction] = {}
    for page in pages:
        for barcode in page.barcodes:
            licence = parse(barcode.text)
            if licence is not None:
                (across, down) = zip(*barcode.quad, strict=True)
                box = tuple(
                    min(1.0, max(0.0, side))
                    for side in (min(across), min(down), max(across), max(down))
                )
                made.setdefault(barcode.text, _extraction(licence, name, page, box))
    if not made:
        country = alpha3_of(request.country) if request.country else None
        made[""] = Extraction(CODE, country, findings=(finding("barcode.not_found"),))
    return Extracted(tuple(made.values()), tuple(page.page for page in pages), versions)


def _extraction(
    licence: Licence, engine: str, page: LoadedPage, box: tuple[float, ...]
) -> Extraction:
    left, top, right, bottom = box
    fields = {
        name: FieldValue(
            value=value,
            raw=licence.raw[name],
            confidence=CONFIDENCE,
            source=Source.BARCODE,
            engine=engine,
            page=page.page.number,
            box=(left, top, right, bottom),
        )
        for name, value in licence.fields.items()
    }
    found = []
    if licence.truncated:
        found.append(finding("names.truncated", *licence.truncated))
    if licence.malformed:
        found.append(finding("barcode.malformed", *licence.malformed))
    if not licence.is_licence:
        found.append(finding("card.not_a_licence"))
    return Extraction(CODE, licence.country, fields, findings=tuple(found))


TYPE = DocumentType(
    code=CODE,
    title="North American driving licence",
    route=Route.INTL,
    fields=(
        FieldSpec("surname", "Surname", required=True),
        FieldSpec("given_names", "Given names", required=True),
        FieldSpec("birth_date", "Date of birth", required=True),
        FieldSpec("sex", "Sex"),
        FieldSpec("issue_date", "Date of issue"),
        FieldSpec("expiry_date", "Date of expiry", required=True),
        FieldSpec("licence_number", "Licence number", required=True),
        FieldSpec("address", "Address"),
        FieldSpec("city", "City"),
        FieldSpec("region", "State or province"),
        FieldSpec("postal_code", "Postal code"),
        FieldSpec("categories", "Categories"),
    ),
    recognise=recognise,
    extract=extract,
    check=check,
    draw=draw,
)
