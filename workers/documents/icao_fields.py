"""The fields of travel documents and their names, shared by the ICAO types."""

from workers.documents.document_type import FieldSpec

MACHINE_READABLE = (
    FieldSpec("mrz_type", "Document code"),
    FieldSpec("issuing_country", "Issuing country", required=True),
    FieldSpec("surname", "Surname", required=True),
    FieldSpec("given_names", "Given names"),
    FieldSpec("document_number", "Document number", required=True),
    FieldSpec("nationality", "Nationality", required=True),
    FieldSpec("birth_date", "Date of birth", required=True),
    FieldSpec("sex", "Sex"),
    FieldSpec("expiry_date", "Date of expiry", required=True),
)
"""What every machine readable zone of ICAO Doc 9303 carries."""

PERSONAL_NUMBER = FieldSpec("personal_number", "Personal number")
OPTIONAL_DATA = FieldSpec("optional_data", "Optional data")

VISUAL_ZONE = (
    FieldSpec("issue_date", "Date of issue"),
    FieldSpec("birth_place", "Place of birth"),
    FieldSpec("authority", "Authority"),
)
"""What only the visual zone carries; read where the machine readable one is not enough."""
