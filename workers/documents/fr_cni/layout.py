"""What French identity cards print: the labels of 1988 and of 2021, front and back."""

from workers.documents.icao_days import day
from workers.documents.icao_visual import name, number_zone, place
from workers.visual.layout import Accents, DocumentFace, Where, Zone

_BESIDE = (Where.SAME_LINE, Where.RIGHT, Where.BELOW)
_UNDER = (Where.BELOW, Where.RIGHT, Where.SAME_LINE)


def _french(text: str) -> str | None:
    """Return FRA where the nationality reads so."""
    letters = "".join(filter(str.isalpha, text.upper()))
    return "FRA" if letters.startswith("FRA") else None


def _name(field: str, *labels: str, where: tuple[Where, ...], lines_max: int = 1) -> Zone:
    # The zone tells the letters: an accent that was read in small print is there.
    return Zone(field, labels, where=where, lines_max=lines_max, parse=name, accents=Accents.NONE)


OLD_FRONT = DocumentFace(
    "1988 front",
    zones=(
        _name("surname", "Nom :", "Nom", where=_BESIDE),
        _name("given_names", "Prénom(s) :", "Prénom(s)", where=_BESIDE, lines_max=2),
        Zone("birth_date", ("Né(e) le :", "Né le", "Née le"), where=_BESIDE, parse=day),
        # So short a label is beside its value or is something else.
        Zone("birth_place", ("à :", "à"), where=_BESIDE[:2], parse=place),
        Zone("nationality", ("Nationalité",), where=_BESIDE, parse=_french, checked=True),
        number_zone(("Carte nationale d'identité n°",), _BESIDE),
    ),
    titles=("Carte nationale d'identité", "République française"),
    stops=("Sexe :", "Taille :", "Nom d'usage :", "Signature du titulaire :"),
)
OLD_BACK = DocumentFace(
    "1988 back",
    side="back",
    zones=(
        Zone("expiry_date", ("Carte valable jusqu'au :",), where=_BESIDE, parse=day),
        Zone("issue_date", ("délivrée le :",), where=_BESIDE, parse=day),
        Zone("authority", ("par :", "par"), where=_BESIDE, parse=place),
    ),
    stops=("Adresse :", "Signature de l'autorité :"),
)
NEW_FRONT = DocumentFace(
    "2021 front",
    zones=(
        _name("surname", "Nom / Surname", where=_UNDER),
        _name("given_names", "Prénoms / Given names", where=_UNDER),
        Zone("birth_date", ("Date de naiss. / Date of birth",), where=_UNDER, parse=day),
        Zone("birth_place", ("Lieu de naissance / Place of birth",), where=_UNDER, parse=place),
        Zone("expiry_date", ("Date d'expir. / Expiry date",), where=_UNDER, parse=day),
        number_zone(("N° du document / Document No",), _UNDER),
    ),
    titles=("Carte nationale d'identité / Identity card",),
    stops=(
        "Sexe / Sex",
        "Nationalité / Nationality",
        "Nom d'usage / Alternate name",
    ),
)
NEW_BACK = DocumentFace(
    "2021 back",
    side="back",
    zones=(Zone("issue_date", ("Date de délivrance / Date of issue",), where=_UNDER, parse=day),),
    stops=("Taille / Height", "Adresse / Address"),
)

FACES = (OLD_FRONT, OLD_BACK, NEW_FRONT, NEW_BACK)
