"""Invented people of Tunisia and their cards' ornaments."""

from datetime import date
from random import Random

from workers.drawing.people import DRAWN_TODAY
from workers.drawing.tunisia import arabic_date, invent_tunisian
from workers.drawing.vehicles import invent_vehicle
from workers.text import vin
from workers.text.arabic import normal_form


def test_people_are_grown_up_and_their_lines_agree_with_their_sex() -> None:
    """Sons are بن, daughters بنت; only women have a husband's line; values are normal forms."""
    people = [invent_tunisian(Random(seed)) for seed in range(60)]

    for one in people:
        assert len(one.number) == 8
        assert one.number.isdigit()
        assert one.filiation.startswith("بنت " if one.sex == "F" else "بن ")
        assert not (one.spouse and one.sex == "M")
        assert (DRAWN_TODAY - one.birth_date).days >= 18 * 365
        for text in (one.surname[0], one.given_names[0], one.mother, *one.address):
            assert normal_form(text) == text
    assert len({one.surname for one in people}) > 15


def test_dates_carry_the_names_of_the_maghreb() -> None:
    """Day, month, year in logical order."""
    assert arabic_date(date(1985, 1, 5), padded=True) == "05 جانفي 1985"
    assert arabic_date(date(1985, 8, 5), padded=False) == "5 أوت 1985"


def test_vehicles_have_numbers_of_the_right_form() -> None:
    """ISO 3779: seventeen symbols, none of them I, O or Q."""
    assert all(vin.is_valid(invent_vehicle(Random(seed)).vin) for seed in range(40))
