"""The national identity card of Tunisia, under the laws of 1993 and of 2024."""

from schemas.documents import Route
from workers.documents.document_type import DocumentType, FieldSpec
from workers.documents.tn_cin.check import check
from workers.documents.tn_cin.draw import draw
from workers.documents.tn_cin.layout import FACES
from workers.documents.tn_cin.prompt import PROMPT
from workers.documents.tn_cin.recognise import recognise
from workers.visual.extractor import visual_extractor

TYPE = DocumentType(
    code="tn_cin",
    title="Tunisian identity card",
    route=Route.TN,
    fields=(
        FieldSpec("number", "Number, eight digits", required=True),
        FieldSpec("surname", "Surname, Arabic", required=True),
        FieldSpec("given_names", "Given names, Arabic", required=True),
        FieldSpec("filiation", "Line of father and grandfather, with its first word"),
        FieldSpec("birth_date", "Date of birth", required=True),
        FieldSpec("birth_place", "Place of birth, Arabic"),
        FieldSpec("spouse", "Husband's name, Arabic"),
        FieldSpec("mother_name", "Mother's name, Arabic"),
        FieldSpec("profession", "Profession, Arabic"),
        FieldSpec("address", "Address, Arabic"),
        FieldSpec("issue_date", "Date of issue"),
        FieldSpec("surname_latin", "Surname, Latin letters"),
        FieldSpec("given_names_latin", "Given names, Latin letters"),
        FieldSpec("sex", "Sex"),
        FieldSpec("expiry_date", "Date of expiry"),
    ),
    recognise=recognise,
    extract=visual_extractor("tn_cin", FACES, country="TUN"),
    check=check,
    draw=draw,
    prompt=PROMPT,
)
