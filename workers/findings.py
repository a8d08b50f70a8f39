"""Every finding code in one place: how much it weighs and what it tells a person.

An ``error`` or a ``warning`` keeps a reading from ``accepted``; an ``info`` does not. A document
type may add codes of its own with :func:`finding`'s ``severity`` and ``message``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.documents import Finding, Severity


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says."""

    severity: Severity
    message: str


_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

CATALOGUE: Mapping[str, Meaning] = MappingProxyType(
    {
        "document.not_found": Meaning(
            _ERROR, "No known document and no text was found in the pictures."
        ),
        "document.expired": Meaning(_INFO, "The document's expiry date has passed."),
        "type.hint_contradicted": Meaning(
            _WARNING, "The document is of another type than the request says."
        ),
        "country.hint_contradicted": Meaning(
            _WARNING, "The document is of another country than the request says."
        ),
        "mrz.not_found": Meaning(_ERROR, "No machine readable zone could be read."),
        "mrz.check_digit": Meaning(
            _ERROR, "A printed check digit does not agree with the field it guards."
        ),
        "mrz.composite": Meaning(
            _ERROR, "The composite check digit does not agree with the lines it guards."
        ),
        "mrz.document_code": Meaning(
            _WARNING, "The document code is not one that this kind of document carries."
        ),
        "mrz.contradicted": Meaning(
            _WARNING, "Another zone in the pictures of this document says otherwise."
        ),
        "barcode.not_found": Meaning(
            _ERROR, "No barcode of a licence could be read: it is on the back of the card."
        ),
        "barcode.malformed": Meaning(
            _WARNING, "The barcode holds a value that its field cannot have."
        ),
        "region.unknown": Meaning(_WARNING, "The issuing state or province is in no list."),
        "card.not_a_licence": Meaning(
            _INFO, "The barcode is an identity card's: it gives no right to drive."
        ),
        "visual.differs": Meaning(
            _WARNING, "The print above the machine readable zone says otherwise than the zone."
        ),
        "names.truncated": Meaning(_WARNING, "The names fill their zone and may have been cut."),
        "names.unsupported": Meaning(
            _WARNING, "The symbols that no check digit guards were not read surely enough."
        ),
        "side.repeated": Meaning(_WARNING, "The same side of the document was given twice."),
        "side.unknown": Meaning(_WARNING, "A picture shows no known side of the document."),
        "side.unread": Meaning(
            _INFO, "A picture shows no known side of the document; none with fields is missing."
        ),
        "side.missing": Meaning(_INFO, "A side of the document was not given."),
        "field.corrected": Meaning(
            _INFO, "A person corrected fields before: what the person said stands."
        ),
        "field.missing": Meaning(_WARNING, "A required field was not read."),
        "field.unsure": Meaning(_WARNING, "A field was read with little confidence."),
        "field.ungrounded": Meaning(
            _WARNING, "A value was found in no local reading and confirmed by no check."
        ),
        "field.unsupported": Meaning(
            _WARNING, "No check and no second reading supports a value: a person should look."
        ),
        "document.not_recognised": Meaning(
            _WARNING, "No picture shows the words that a document of this type carries."
        ),
        "ai.unavailable": Meaning(
            _INFO, "The AI engine did not answer; what the local engines read stands."
        ),
        "ai.off": Meaning(
            _WARNING, "The request asks for an AI engine, which may not read this document here."
        ),
        "field.symbols": Meaning(_WARNING, "A field holds symbols that it cannot hold."),
        "date.invalid": Meaning(_ERROR, "A date does not exist in the calendar."),
        "date.incomplete": Meaning(_INFO, "The document leaves a part of a date unknown."),
        "date.implausible": Meaning(_WARNING, "A date is too far away to be believed."),
        "date.order": Meaning(_WARNING, "The document's dates contradict one another."),
        "country.unknown": Meaning(_WARNING, "A country code is in no list."),
        "text.not_found": Meaning(_ERROR, "No text was found in the pictures."),
        "text.unsupported": Meaning(
            _WARNING,
            "No check and no second engine confirms the text: a person should look.",
        ),
        "page.blurred": Meaning(_WARNING, "The picture is blurred: hold still, let it focus."),
        "page.too_dark": Meaning(_WARNING, "The picture is too dark: use more light."),
        "page.too_bright": Meaning(_WARNING, "The picture is too bright: use less light."),
        "page.glare": Meaning(_WARNING, "Light is mirrored in the picture: tilt the document."),
        "page.low_contrast": Meaning(_WARNING, "Letters and paper differ too little."),
        "page.low_resolution": Meaning(_WARNING, "The picture is too small: go closer."),
        "page.cut_off": Meaning(_WARNING, "The document runs over the picture's edge."),
        "page.poor": Meaning(_WARNING, "The picture is of poor quality."),
    }
)
"""Code to meaning. Codes are stable: callers decide by them."""

REJECTING = frozenset(
    {"document.not_found", "mrz.not_found", "barcode.not_found", "text.not_found"}
)
"""Codes that say there is nothing that could be judged."""


def finding(
    code: str,
    *fields: str,
    severity: Severity | None = None,
    message: str | None = None,
) -> Finding:
    """Return the finding of a code, about the fields named.

    Raises:
        KeyError: when the code is in no catalogue and comes without severity and message.
    """
    if severity is not None and message is not None:
        return Finding(code, severity, fields, message)
    meaning = CATALOGUE[code]
    return Finding(code, severity or meaning.severity, fields, message or meaning.message)
