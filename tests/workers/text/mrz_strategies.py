"""Hypothesis strategies for the values of machine readable zones; invented people only."""

from datetime import date

from hypothesis import strategies as st

from schemas.documents import MrzFormat
from workers.text.countries import COUNTRIES

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHANUMERIC = LETTERS + "0123456789"
TODAY = date(2026, 6, 15)

_words = st.text(LETTERS, min_size=1, max_size=8)
_names = st.lists(_words, min_size=1, max_size=2).map(" ".join)
_births = st.dates(date(1927, 1, 1), date(2026, 6, 14)).map(str)
_expiries = st.dates(date(1980, 1, 1), date(2060, 12, 31)).map(str)
_countries = st.sampled_from(sorted(set(COUNTRIES) - {"DEU"}))


@st.composite
def zone_values(draw: st.DrawFn, mrz_format: MrzFormat) -> dict[str, str]:
    """Return normal-form values of one document of an ICAO format."""
    visa = mrz_format in {MrzFormat.MRV_A, MrzFormat.MRV_B}
    first = "V" if visa else "P" if mrz_format is MrzFormat.TD3 else "I"
    values = {
        "mrz_type": first,
        "issuing_country": draw(_countries),
        "surname": draw(_names),
        "given_names": draw(st.lists(_words, min_size=1, max_size=1).map(" ".join)),
        "document_number": draw(st.text(ALPHANUMERIC, min_size=6, max_size=9)),
        "nationality": draw(_countries),
        "birth_date": draw(_births),
        "sex": draw(st.sampled_from(["M", "F", "X"])),
        "expiry_date": draw(_expiries),
    }
    extra = "personal_number" if mrz_format is MrzFormat.TD3 else "optional_data"
    if draw(st.booleans()):
        values[extra] = draw(st.text(ALPHANUMERIC, min_size=3, max_size=7))
    return values


@st.composite
def french_values(draw: st.DrawFn) -> dict[str, str]:
    """Return normal-form values of one French card of 1988."""
    issued = draw(st.dates(date(1988, 1, 1), date(2021, 7, 1)))
    department = draw(st.sampled_from(["752", "2A0", "974"]))
    return {
        "mrz_type": "ID",
        "issuing_country": "FRA",
        "surname": draw(_names),
        "given_names": draw(
            st.lists(st.text(LETTERS, min_size=1, max_size=5), min_size=1, max_size=2).map(" ".join)
        ),
        "document_number": f"{issued:%y%m}{department}{draw(st.integers(0, 99999)):05d}",
        "birth_date": draw(_births),
        "sex": draw(st.sampled_from(["M", "F"])),
        "issue_date": f"{issued:%Y-%m}-00",
        "department": department,
    }


icao_formats = st.sampled_from(
    [MrzFormat.TD1, MrzFormat.TD2, MrzFormat.TD3, MrzFormat.MRV_A, MrzFormat.MRV_B]
)
zones = st.one_of(
    icao_formats.flatmap(lambda f: st.tuples(st.just(f), zone_values(f))),
    st.tuples(st.just(MrzFormat.FR_CNI), french_values()),
)
