"""Tunisian vehicle registration, in its bilingual and its coded layout."""

from schemas.documents import Route
from workers.documents.document_type import DocumentType, FieldSpec
from workers.documents.tn_carte_grise.check import check, doubtful
from workers.documents.tn_carte_grise.draw import draw
from workers.documents.tn_carte_grise.layout import FACES
from workers.documents.tn_carte_grise.prompt import PROMPT
from workers.documents.tn_carte_grise.recognise import recognise
from workers.visual.extractor import visual_extractor

TYPE = DocumentType(
    code="tn_carte_grise",
    title="Tunisian vehicle registration",
    route=Route.TN,
    fields=(
        FieldSpec("registration_number", "Registration number", required=True),
        FieldSpec("vin", "Vehicle identification number", required=True),
        FieldSpec("make", "Make"),
        FieldSpec("model_type", "Maker's type"),
        FieldSpec("commercial_name", "Commercial name"),
        FieldSpec("category", "Category"),
        FieldSpec("body", "Body"),
        FieldSpec("fuel", "Fuel"),
        FieldSpec("fiscal_power_cv", "Fiscal power"),
        FieldSpec("seats", "Seats"),
        FieldSpec("first_registration_date", "Date of first registration"),
        FieldSpec("issue_date", "Date of issue"),
        FieldSpec("holder_name", "Holder"),
        FieldSpec("holder_number", "Holder's card or tax number"),
        FieldSpec("holder_address", "Holder's address"),
        FieldSpec("activity", "Activity"),
    ),
    recognise=recognise,
    extract=visual_extractor("tn_carte_grise", FACES, country="TUN", doubt=doubtful),
    check=check,
    draw=draw,
    prompt=PROMPT,
)
