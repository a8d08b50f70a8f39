"""The rules of North American licences; dates are judged with those of every document.

Source of the codes: ISO 3166-2 for the United States, with their territories, and Canada.
"""

from datetime import date

from schemas.documents import Extraction, Finding
from workers.findings import finding
from workers.text.aamva import CANADIAN_REGIONS

AGE_YEARS_MIN = 14
"""No jurisdiction lets anyone drive, or gives a learner's permit, earlier."""

REGIONS_OF_THE_USA = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "DC",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
        "AS",
        "GU",
        "MP",
        "PR",
        "VI",
        "UM",
    ]
)


def check(extraction: Extraction, today: date) -> tuple[Finding, ...]:
    """Return what does not fit: an unknown state, a state of the other country, a child."""
    found = []
    region = extraction.fields.get("region")
    known = CANADIAN_REGIONS if extraction.country == "CAN" else REGIONS_OF_THE_USA
    if region is not None and region.value not in known:
        found.append(finding("region.unknown", "region"))
    birth = extraction.fields.get("birth_date")
    if birth is not None and _is_child(birth.value, extraction, today):
        found.append(finding("date.implausible", "birth_date"))
    return tuple(found)


def _is_child(birth: str, extraction: Extraction, today: date) -> bool:
    if any(one.code == "card.not_a_licence" for one in extraction.findings):
        return False
    return f"{int(birth[:4]) + AGE_YEARS_MIN:04d}{birth[4:]}" > today.isoformat()
