"""Text of Latin lines as cards, certificates and plates print it, and symbols at random."""

from collections import defaultdict

import numpy as np

from workers.text.look_alikes import without_accents
from workers.training.lines.alphabet import ACCENTED, CAPITALS, DIGITS, LATIN_ALPHABET, SMALL
from workers.training.lines.words import (
    Maker,
    any_of,
    digits,
    letters,
    mixed,
    plate_number,
    words_of,
)

_LABELS = (
    "Nom / Surname",
    "Prénoms / Given names",
    "Nom :",
    "Prénom(s) :",
    "Nationalité / Nationality",
    "Date de naiss. / Date of birth",
    "Lieu de naissance / Place of birth",
    "Sexe / Sex",
    "Date d'expir. / Expiry date",
    "Date de délivrance",
    "Autorité / Authority",
    "Signature du titulaire",
    "RÉPUBLIQUE FRANÇAISE",
    "CARTE NATIONALE D'IDENTITÉ / IDENTITY CARD",
    "PERMIS DE CONDUIRE",
    "CERTIFICAT D'IMMATRICULATION",
    "REPUBLIQUE TUNISIENNE",
    "Passeport / Passport",
    "Type / Type",
    "Passeport n° / Passport No",
    "Domicile",
    "Taille : 1,75 m",
    "N° de série du type",
    "Type constructeur",
    "Nom et Prénom",
    "CIN (ou MF)",
    "Adresse",
    "Genre",
    "Activité",
    "Constructeur",
    "Type commercial",
    "FÜHRERSCHEIN",
    "Reisepass",
    "Geburtsdatum",
    "Staatsangehörigkeit",
    "DEUTSCH",
    "Fecha de nacimiento",
    "Apellidos",
    "Data urodzenia",
    "Permiso de conducción",
    "Ministère de l'Intérieur",
    "Date de 1re immatriculation",
)
_PLAIN = words_of(
    "Ben Bel El De Du La Le Les Saint Jean Marie Pierre François Hélène Élodie Müller Strauß Nguyen"
    " Trabelsi Jaziri Gharbi Mohamed Fatma Amel Yassine rue avenue bis boulevard place chemin route"
    " impasse apt. cité Tunis Sfax Sousse Paris Lyon Marseille Nîmes Besançon Orléans München Köln"
    " RENAULT PEUGEOT CITROEN DACIA FIAT VOLKSWAGEN TOYOTA HYUNDAI KIA FORD OPEL MERCEDES-BENZ BMW"
    " CLIO PARTNER SANDERO GOLF POLO YARIS CORSA SYMBOL BERLINGO EURO CI VP CTTE M1 N1 BK"
    " EL ES GO EE"
)
_SHORT = words_of(
    "DE LA LE DU DES LES ET EN AU AUX SUR A D L M ST STE BEN BEL EL AL OULD VAN VON DER DI DA DO Y"
    " E I II III IV 1 2 3 4 5 6 7 8 9 12 20 BIS TER de la le du des les et en au von van di da e y"
)
"""Words that stand between others: every one has two spaces."""
_MONTHS = words_of(
    "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc. JAN FEB MAR APR MAY JUN JUL AUG"
    " SEP OCT NOV DEC janvier février avril juillet septembre octobre novembre décembre"
)
_CODES = words_of(
    "A B H I J K E G Q F.1 F.2 F.3 G.1 C.1 C.3 C.4a C.4.1 D.1 D.2 D.2.1 D.3 I.1 J.1 J.2 J.3 P.1 P.2"
    " P.3 P.6 S.1 S.2 U.1 U.2 V.7 V.9 X.1 Y.1 Y.6 Z.1 4a. 4b. 4c. 4d. 1. 2. 3. 5. 7. 9. 10. 12."
)
_CATEGORIES = words_of("AM A1 A2 A B1 B C1 C D1 D BE C1E CE D1E DE")
_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
_TWINS = "O0O0O0I1I1"
_CONFUSED = (
    "0OoQDC",
    "1Il|i!",
    "5Ss$",
    "8B3&",
    "2Zz7",
    "6Gb",
    "uvVUnNwW",
    "rnmM",
    "cCeEé",
    ".,:;'-",
)


def sample_latin(rng: np.random.Generator, dictionary: tuple[str, ...]) -> str:
    """Return a piece of a line: a word, a label, a code, a number, a date, or random symbols."""
    if not dictionary:
        return mixed(rng, _KINDS)
    known = (
        (0.2, lambda rng: _cased(rng, any_of(rng, dictionary))),
        (0.06, lambda rng: _otherwise_accented(rng, _cased(rng, any_of(rng, dictionary)))),
    )
    return mixed(rng, (*known, *_KINDS))


def _cased(rng: np.random.Generator, word: str) -> str:
    roll = rng.random()
    if roll < 0.45:
        word = "".join(s if len(s.upper()) > 1 else s.upper() for s in word)
    elif roll < 0.65:
        word = word.capitalize()
    if rng.random() < 0.1:
        word += any_of(rng, (",", ".", " :", ":", "-", ")", ";", " /"))
    return word


def _otherwise_accented(rng: np.random.Generator, word: str) -> str:
    """Return a word with other accents: print must tell them, for no language does."""
    return "".join(
        any_of(rng, _ACCENTS.get(without_accents(one), one)) if rng.random() < 0.35 else one
        for one in word
    )


def _initials(rng: np.random.Generator) -> str:
    """Return an abbreviation, with or without points."""
    mark = any_of(rng, ("", ".", ".", ". "))
    return mark.join(letters(rng, CAPITALS, int(rng.integers(2, 6)))) + mark.strip()


def _code(rng: np.random.Generator) -> str:
    roll = rng.random()
    if roll < 0.16:
        return letters(rng, _VIN, 17)
    if roll < 0.32:
        return _plate(rng)
    if roll < 0.5:
        return any_of(rng, _CODES)
    if roll < 0.58:
        kinds = rng.choice(len(_CATEGORIES), int(rng.integers(1, 6)), replace=False)
        return any_of(rng, ("/", " ", ", ")).join(_CATEGORIES[i] for i in kinds)
    return _free_code(rng)


def _free_code(rng: np.random.Generator) -> str:
    """Return an approval, or symbols without a rule, look-alikes among them."""
    roll, length = rng.random(), int(rng.integers(2, 14))
    if roll < 0.24:
        law = f"{digits(rng, 4)}/{digits(rng, 2)}"
        return f"e{rng.integers(1, 30)}*{law}*{digits(rng, 4)}*{digits(rng, 2)}"
    if roll < 0.62:
        return "".join(any_of(rng, _TWINS if rng.random() < 0.35 else _VIN) for _ in range(length))
    return letters(rng, CAPITALS + DIGITS, length)


def _plate(rng: np.random.Generator) -> str:
    roll = rng.random()
    if roll < 0.5:
        mark = "-" if rng.random() < 0.8 else " "
        return mark.join(
            (letters(rng, _PLATE_LETTERS, 2), digits(rng, 3), letters(rng, _PLATE_LETTERS, 2))
        )
    if roll < 0.75:
        return plate_number(rng, any_of(rng, ("TUN", "TU", "RS")))
    return f"{rng.integers(1, 9999)} {letters(rng, _PLATE_LETTERS, 2)} {rng.integers(1, 96):02d}"


def _date(rng: np.random.Generator) -> str:
    day, month, year = rng.integers(1, 32), rng.integers(1, 13), rng.integers(1920, 2036)
    roll = rng.random()
    if roll < 0.65:
        mark = any_of(rng, "//..- ")
        shown = f"{year % 100:02d}" if rng.random() < 0.15 else str(year)
        return f"{day:02d}{mark}{month:02d}{mark}{shown}"
    if roll < 0.8:
        return f"{year}{(mark := any_of(rng, '-/.'))}{month:02d}{mark}{day:02d}"
    return f"{day:02d} {any_of(rng, _MONTHS)} {year}"


def _number(rng: np.random.Generator) -> str:
    text = digits(rng, int(rng.integers(1, 10)))
    roll = rng.random()
    if roll < 0.5:
        return text
    forms = (
        "{}°",
        "n° {}",
        "N° {}",
        "{} kg",
        "{} m²",
        "{} cm³",
        "{},{}",
        "{}.{}",
        "({})",
        "+{}",
        "{} €",
    )
    return any_of(
        rng, (*forms, "{}%", "{}/{}", "<{}", ">{}", "{}g/km", "{} kW", "{}*{}", "={}")
    ).format(text[:5], digits(rng, 2))


def _random(rng: np.random.Generator) -> str:
    """Return symbols that make no word: any, look-alikes, accents, capitals or small letters."""
    roll, length = rng.random(), int(rng.integers(1, 10))
    if roll < 0.2:
        source = any_of(rng, _CONFUSED) + any_of(rng, _CONFUSED)
    elif roll < 0.4:
        source = LATIN_ALPHABET[1:]
    elif roll < 0.6:
        source = ACCENTED + SMALL
    elif roll < 0.8:
        source = CAPITALS + (DIGITS if rng.random() < 0.5 else "-'<")
    else:
        source = SMALL + CAPITALS + DIGITS
    return letters(rng, source, length)


_ACCENTS: dict[str, str] = defaultdict(str)
for _letter in SMALL + CAPITALS + "".join(dict.fromkeys(ACCENTED)):
    _ACCENTS[without_accents(_letter)] += _letter

_KINDS: tuple[tuple[float, Maker], ...] = (
    (0.08, lambda rng: _cased(rng, any_of(rng, _PLAIN))),
    (0.08, lambda rng: any_of(rng, _SHORT)),
    (0.06, lambda rng: any_of(rng, _LABELS)),
    (0.18, _code),
    (0.12, _date),
    (0.09, _number),
    (0.19, _random),
    (0.02, _initials),
)
"""What lines are made of, beside words of dictionaries."""
