"""French vehicle registration certificates (certificat d'immatriculation, carte grise).

Sources: directive 1999/37/EC annex I (codes); arrêté du 9 février 2009, DEVS0824995A (numbers,
genres, bodies, sources of energy). The rows for a machine at the foot of current sheets are not
described anywhere that is public: they are not read.
"""

from schemas.documents import Route
from workers.documents.document_type import DocumentType
from workers.documents.fr_carte_grise.check import check
from workers.documents.fr_carte_grise.draw import draw
from workers.documents.fr_carte_grise.extract import extract
from workers.documents.fr_carte_grise.fields import FIELDS
from workers.documents.fr_carte_grise.prompt import PROMPT
from workers.documents.fr_carte_grise.recognise import recognise

TYPE = DocumentType(
    code="fr_carte_grise",
    title="French vehicle registration certificate",
    route=Route.FR,
    fields=FIELDS,
    recognise=recognise,
    extract=extract,
    check=check,
    draw=draw,
    prompt=PROMPT,
)
