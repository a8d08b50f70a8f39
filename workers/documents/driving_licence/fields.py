"""The numbered fields of driving licences.

Source: directive 2006/126/EC annex I, point 3: page 1 of the model. Tunisia prints the same
numbers. The pink French paper licence, valid until 2033, has numbers of its own (1 to 7).
"""

from collections.abc import Mapping
from types import MappingProxyType

from workers.documents.document_type import FieldSpec

FIELDS = (
    FieldSpec("surname", "Surname (1)", required=True),
    FieldSpec("given_names", "Given names (2)", required=True),
    FieldSpec("birth_date", "Date of birth (3)", required=True),
    FieldSpec("birth_place", "Place of birth (3)"),
    FieldSpec("issue_date", "Date of issue (4a)"),
    FieldSpec("expiry_date", "Date of expiry (4b)", required=True),
    FieldSpec("authority", "Issuing authority (4c)"),
    FieldSpec("personal_number", "Personal number (4d)"),
    FieldSpec("licence_number", "Licence number (5)", required=True),
    FieldSpec("categories", "Categories (9)"),
)

NUMBERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "surname": ("1",),
        "given_names": ("2",),
        "birth_date": ("3",),
        "birth_place": ("3",),
        "issue_date": ("4a", "43", "42"),
        "expiry_date": ("4b", "46"),
        "authority": ("4c",),
        "personal_number": ("4d",),
        "licence_number": ("5",),
        "categories": ("9",),
    }
)
"""Field to the number under which it is printed, and what readers take that for."""
