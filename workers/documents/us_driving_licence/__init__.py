"""Driving licences and identity cards of the United States and Canada, by their barcode.

Source: AAMVA DL/ID Card Design Standard, annex D; what its elements mean in each version stands
in ``workers/text/aamva.py``. Nothing is read from the front: states print as they like, and the
barcode carries its own error correction.
"""

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

CODE = "us_driving_licence"
SCORE = 0.95
CONFIDENCE = 0.999
"""PDF417's error correction either satisfies itself or says that nothing was read."""


def recognise(evidence: Evidence) -> tuple[float, str | None]:
    """Return a sure score where a barcode is a licence's."""
    for _, barcode in evidence.barcodes:
        licence = parse(barcode.text)
        if licence is not None:
            return SCORE, licence.country
    return 0.0, None


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
