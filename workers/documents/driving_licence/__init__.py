"""Driving licences of the model of directive 2006/126/EC (EU, EEA, United Kingdom) and Tunisia's.

Sources: the directive's annex I for the card, its numbers and words; décret gouvernemental
2021-510 for the Tunisian categories.
"""

from schemas.documents import Route
from workers.documents.document_type import DocumentType
from workers.documents.driving_licence.check import check
from workers.documents.driving_licence.draw import draw
from workers.documents.driving_licence.extract import extract
from workers.documents.driving_licence.fields import FIELDS
from workers.documents.driving_licence.prompt import PROMPT
from workers.documents.driving_licence.recognise import recognise

TYPE = DocumentType(
    code="driving_licence",
    title="Driving licence",
    route=Route.INTL,
    fields=FIELDS,
    recognise=recognise,
    extract=extract,
    check=check,
    draw=draw,
    prompt=PROMPT,
)
