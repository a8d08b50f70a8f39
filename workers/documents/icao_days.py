"""Days as travel documents print them, months by name in two languages included."""

from workers.text import printed_dates
from workers.text.mrz_transliteration import transliterate

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "JAN JANV ENE GEN JANUARY JANVIER ENERO JANUAR",
            "FEB FEV FEVR FEBRUARY FEVRIER FEBRERO FEBRUAR",
            "MAR MARS MARCH MARZO MAERZ MRZ",
            "APR AVR ABR APRIL AVRIL ABRIL",
            "MAY MAI MAYO MAG",
            "JUN JUIN JUNE JUNIO JUNI GIU",
            "JUL JUIL JULY JUILLET JULIO JULI LUG",
            "AUG AOU AOUT AGO AUGUST AGOSTO",
            "SEP SEPT SET SEPTEMBER SEPTEMBRE SEPTIEMBRE",
            "OCT OKT OTT OCTOBER OCTOBRE OCTUBRE OKTOBER",
            "NOV NOVEMBER NOVEMBRE NOVIEMBRE",
            "DEC DIC DEZ DECEMBER DECEMBRE DICIEMBRE DEZEMBER",
        ),
        start=1,
    )
    for word in words.split()
}


def day(text: str) -> str | None:
    """Return a printed date, months by name included."""
    return printed_dates.parse(_month_in_figures(text))


def _month_in_figures(text: str) -> str:
    """Return ``12 JAN/JANV 2019`` as ``12 01 2019``."""
    words = transliterated(text).replace("/", " ").replace(".", " ").split()
    months = [number for word in words if (number := _MONTHS.get(word)) is not None]
    if not months:
        return text
    figures = [word for word in words if word.isdigit()]
    if len(figures) != 2:
        return text
    return f"{figures[0]} {months[0]:02d} {figures[1]}"


def transliterated(text: str) -> str:
    """Return the letters of a text in A to Z, figures and marks as they are."""
    made = []
    for letter in text.upper():
        try:
            made.append(transliterate(letter) or letter if letter.isalpha() else letter)
        except ValueError:
            made.append(letter)
    return "".join(made)
