"""Invents people of France, their addresses and their prefectures."""

from dataclasses import dataclass, field
from random import Random

SURNAMES = (
    "MARTIN", "BERNARD", "LEFEVRE", "MOREAU", "DUPRE", "CHATELAIN", "GARNIER", "FAURE", "ROUSSEL",
    "BLANCHARD", "GUERIN", "BOYER", "MARCHAND", "DUVAL", "BRUN", "NOEL", "PERRIN", "MEUNIER",
    "LE GOFF", "KERVELLA", "D'AUBIGNY", "DE LA TOUR", "MOREAU-GAUTHIER", "BEN AMOR", "XAVIER",
    "WEBER", "QUENTIN", "ZIMMERMANN", "HUYGHE", "VASSEUR", "PICHON", "JACQUEMIN",
)  # fmt: skip
GIVEN_NAMES = (
    "JEAN", "PIERRE", "JEROME", "FRANCOIS", "LOIC", "HUGO", "BENOIT", "YANN", "MICKAEL", "QUENTIN",
    "ELODIE", "ZOE", "FRANCOISE", "MAELLE", "AGNES", "JULIE", "CAMILLE", "WENDY", "INES",
    "NATHALIE", "JEAN-BAPTISTE", "MARIE-HELENE", "KEVIN", "GISELE", "THEO", "SYLVIE",
)  # fmt: skip
_WAYS = ("RUE", "AVENUE", "BOULEVARD", "IMPASSE", "CHEMIN", "PLACE", "ALLEE", "ROUTE")
_WAY_NAMES = (
    "DE LA PAIX", "DES LILAS", "DU MOULIN", "VICTOR HUGO", "DE LA GARE", "DES ROITELETS",
    "JEAN JAURES", "DE L'EGLISE", "DU 8 MAI 1945", "PASTEUR", "DES QUATRE VENTS", "DU CHATEAU",
    "GEORGES CLEMENCEAU", "DES ACACIAS", "DE BREST", "DU STADE",
)  # fmt: skip
TOWNS = (
    ("69003", "LYON"), ("25000", "BESANCON"), ("30900", "NIMES"), ("45000", "ORLEANS"),
    ("42100", "SAINT-ETIENNE"), ("75015", "PARIS"), ("13008", "MARSEILLE"), ("59169", "FERIN"),
    ("29200", "BREST"), ("67000", "STRASBOURG"), ("31400", "TOULOUSE"), ("20200", "BASTIA"),
    ("97400", "SAINT-DENIS"), ("06000", "NICE"), ("33700", "MERIGNAC"), ("14000", "CAEN"),
)  # fmt: skip
DEPARTMENTS = ("01", "13", "25", "29", "2A", "33", "42", "45", "59", "67", "69", "75", "92", "974")


@dataclass(frozen=True, slots=True)
class Home:
    """An address as papers print it: street, then postal code and town."""

    street: str = field(repr=False)
    town: str = field(repr=False)

    @property
    def line(self) -> str:
        """Return both in one line."""
        return f"{self.street} {self.town}"


def invent_home(rng: Random) -> Home:
    """Return an address that is nobody's."""
    number = f"{rng.randint(1, 180)}{rng.choice(('', '', '', ' BIS'))}"
    street = f"{number} {rng.choice(_WAYS)} {rng.choice(_WAY_NAMES)}"
    code, town = rng.choice(TOWNS)
    return Home(street, f"{code} {town}")


def invent_holder(rng: Random) -> str:
    """Return a holder as certificates print one: surname, given names, or a company."""
    if rng.random() < 0.08:
        return rng.choice(("GARAGE DU CENTRE", "SARL TRANSPORTS NOEL", "BOULANGERIE BRUN SAS"))
    given = " ".join(rng.sample(GIVEN_NAMES, rng.choice((1, 1, 2))))
    return f"{rng.choice(SURNAMES)} {given}"
