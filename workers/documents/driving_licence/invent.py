"""Invents licences: printed values by the number of their field, and the truth about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from workers.drawing.france import DEPARTMENTS
from workers.drawing.names import NAMING, Naming
from workers.drawing.people import DRAWN_TODAY
from workers.drawing.tunisia import Tunisian, invent_tunisian

_MORE: Mapping[str, Naming] = {
    "ITA": Naming(
        ("Bianchi", "De Santis", "Zanetti", "Galli", "Ferraro", "Quaranta"),
        ("Matteo", "Giuseppe", "Nicolò", "Davide"),
        ("Chiara", "Giulia", "Ilaria", "Valentina"),
        ("Modena", "Bergamo", "Forlì", "L'Aquila"),
        "Italiana",
        "Repubblica Italiana",
    ),
    "PRT": Naming(
        ("Ferreira da Silva", "Magalhães", "Antunes", "Simões", "Quintas"),
        ("Rui Miguel", "Tomás", "Duarte"),
        ("Inês", "Joana", "Leonor"),
        ("Évora", "Braga", "Setúbal"),
        "Portuguesa",
        "República Portuguesa",
    ),
    "NLD": Naming(
        ("De Vries", "Van den Berg", "Jansen", "Hoekstra", "Dijkgraaf"),
        ("Pieter", "Willem", "Joost"),
        ("Femke", "Sanne", "Lotte"),
        ("Utrecht", "Zwolle", "Den Haag"),
        "Nederlandse",
        "Koninkrijk der Nederlanden",
    ),
}
_SETS = (
    "B", "B", "AM B", "AM B1 B", "A1 B", "A2 A B", "AM A1 A2 A B1 B", "B BE", "B C1 C",
    "AM B C CE", "B D1 D", "AM A B BE C CE D",
)  # fmt: skip
_TUNISIAN_SETS = ("B", "B", "A1 B", "A B", "B C", "B C CE", "B D")
_SERIAL = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_UPPER = frozenset({"FRA", "TUN", "ESP", "POL", "DEU", "ITA"})
"""Countries that mostly print names in capitals."""


@dataclass(frozen=True, slots=True)
class Licence:
    """What one licence prints.

    Args:
        country: ISO 3166-1 alpha-3.
        printed: number of the field to what stands there.
        fields: the truth, in normal form.
        arabic: number to what stands beside it in Arabic; empty outside Tunisia.
    """

    country: str
    printed: Mapping[str, str] = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)
    arabic: Mapping[str, str] = field(default_factory=dict, repr=False)


def invent_licence(rng: Random, country: str) -> Licence:
    """Return a licence of a country that there are names to invent people from."""
    if country == "TUN":
        return _tunisian(rng, invent_tunisian(rng))
    naming = _MORE.get(country) or NAMING[country]
    upper = country in _UPPER and rng.random() < 0.7
    given = rng.sample(rng.choice((naming.men, naming.women)), rng.choice((1, 1, 2)))
    names = (
        rng.choice(naming.surnames),
        (", " if country == "FRA" else " ").join(given),
        rng.choice(naming.places),
    )
    surname, given_names, place = (name.upper() if upper else name for name in names)
    birth = DRAWN_TODAY - timedelta(days=rng.randint(19 * 365, 82 * 365))
    fields = {
        "surname": surname,
        "given_names": given_names,
        "birth_place": place,
        "authority": _authority(rng, country, names[2]),
        "licence_number": _number(rng, country),
        "categories": ",".join(rng.choice(_SETS).split()),
        **_dates(rng, birth, rng.choice((10, 15))),
    }
    if country in {"POL", "NOR"}:
        fields["personal_number"] = f"{birth:%y%m%d}{rng.randint(0, 99999):05d}"
    return Licence(country, _printed(rng, country, fields), fields)


def _tunisian(rng: Random, holder: Tunisian) -> Licence:
    fields = {
        "surname": holder.surname[1],
        "given_names": holder.given_names[1],
        "birth_place": holder.birth_place[1],
        "authority": "A.T.T.T",
        "licence_number": _number(rng, "TUN"),
        "categories": ",".join(rng.choice(_TUNISIAN_SETS).split()),
        **_dates(rng, holder.birth_date, 10),
    }
    arabic = {"1": holder.surname[0], "2": holder.given_names[0], "3": holder.birth_place[0]}
    if rng.random() < 0.5:
        fields["personal_number"] = holder.number
    return Licence("TUN", _printed(rng, "TUN", fields), fields, arabic)


def _dates(rng: Random, birth: date, years: int) -> dict[str, str]:
    grown = birth + timedelta(days=18 * 366)
    issue = max(grown, DRAWN_TODAY - timedelta(days=rng.randint(20, 13 * 365)))
    expiry = date(issue.year + years, issue.month, min(issue.day, 28))
    return {
        "birth_date": birth.isoformat(),
        "issue_date": issue.isoformat(),
        "expiry_date": expiry.isoformat(),
    }


def _printed(rng: Random, country: str, fields: Mapping[str, str]) -> dict[str, str]:
    short = country == "DEU" and rng.random() < 0.4
    form = "%d.%m.%y" if short else ("%d/%m/%Y" if country in {"TUN", "ITA"} else "%d.%m.%Y")

    def day(name: str) -> str:
        return date.fromisoformat(fields[name]).strftime(form)

    place = f"({fields['birth_place']})" if rng.random() < 0.3 else fields["birth_place"]
    return {
        "1": fields["surname"],
        "2": fields["given_names"],
        "3": f"{day('birth_date')} {place}",
        "4a": day("issue_date"),
        "4b": day("expiry_date"),
        "4c": fields["authority"],
        "4d": fields.get("personal_number", ""),
        "5": fields["licence_number"],
        "9": fields["categories"].replace(",", rng.choice(("/", " ", ", "))),
    }


def _number(rng: Random, country: str) -> str:
    digits = f"{rng.randint(0, 999_999_999_999):012d}"
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTVWXYZ") for _ in range(2))
    forms = {
        "FRA": rng.choice((f"{rng.randint(13, 26)}{letters}{digits[:5]}", f"9{digits[:11]}")),
        "TUN": rng.choice((f"{digits[:2]}/{digits[2:8]}", digits[:8])),
        "ESP": f"{digits[:8]}{_SPANISH_LETTERS[int(digits[:8]) % 23]}",
        "POL": f"{digits[:5]}/{digits[5:7]}/{digits[7:11]}",
        "NLD": f"5{digits[:9]}",
        "NOR": digits[:11],
        "ITA": f"{letters}{digits[:7]}{rng.choice('ABCDEFGH')}",
        "PRT": f"{letters[0]}-{digits[:7]}",
    }
    serial = "".join(rng.choice(_SERIAL) for _ in range(9))
    return forms.get(country, f"{letters[0]}{serial}{digits[0]}")


def _authority(rng: Random, country: str, place: str) -> str:
    choices = {
        "FRA": (f"PREFECTURE {rng.choice(DEPARTMENTS)}", f"Préfet {place}", "ANTS"),
        "DEU": (f"Stadt {place}", f"Landratsamt {place}"),
        "ESP": (f"{rng.randint(1, 52):02d}/{rng.randint(1, 20):02d}",),
        "ITA": ("MIT-UCO", f"MC-{place[:2].upper()}"),
        "PRT": ("IMT",),
        "NLD": (f"Gemeente {place}",),
        "POL": (f"STAROSTA {place.upper()}",),
    }
    return rng.choice(choices.get(country, (place,)))
