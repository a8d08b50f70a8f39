"""The countries whose licences follow the model, and what is printed on them.

Sources: directive 2006/126/EC annex I point 3 (the words for driving licence in the languages of
the states, the distinguishing sign in the flag, the state's name where it likes); EEA states and
the United Kingdom print the same model. Tunisia: the card of the A.T.T.T. with the same numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Issuer:
    """A country's licence.

    Args:
        sign: in the flag or oval.
        titles: words for driving licence in its languages.
        states: its name, as printed.
    """

    sign: str
    titles: tuple[str, ...]
    states: tuple[str, ...]


ISSUERS: Mapping[str, Issuer] = MappingProxyType(
    {
        "AUT": Issuer("A", ("FÜHRERSCHEIN",), ("REPUBLIK ÖSTERREICH", "ÖSTERREICH")),
        "BEL": Issuer(
            "B",
            ("PERMIS DE CONDUIRE", "RIJBEWIJS", "FÜHRERSCHEIN"),
            ("BELGIQUE", "BELGIË", "ROYAUME DE BELGIQUE", "KONINKRIJK BELGIË", "BELGIEN"),
        ),
        "BGR": Issuer(
            "BG",
            ("СВИДЕТЕЛСТВО ЗА УПРАВЛЕНИЕ НА МПС",),  # noqa: RUF001 - Cyrillic is meant
            ("РЕПУБЛИКА БЪЛГАРИЯ", "BULGARIA"),
        ),
        "CYP": Issuer("CY", ("ΑΔΕΙΑ ΟΔΗΓΗΣΗΣ", "SÜRÜCÜ BELGESİ"), ("ΚΥΠΡΙΑΚΗ ΔΗΜΟΚΡΑΤΙΑ",)),
        "CZE": Issuer("CZ", ("ŘIDIČSKÝ PRŮKAZ",), ("ČESKÁ REPUBLIKA",)),
        "DEU": Issuer("D", ("FÜHRERSCHEIN",), ("BUNDESREPUBLIK DEUTSCHLAND",)),
        "DNK": Issuer("DK", ("KØREKORT",), ("KONGERIGET DANMARK", "DANMARK")),
        "ESP": Issuer("E", ("PERMISO DE CONDUCCIÓN",), ("REINO DE ESPAÑA", "ESPAÑA")),
        "EST": Issuer("EST", ("JUHILUBA",), ("EESTI VABARIIK", "EESTI")),
        "FIN": Issuer("FIN", ("AJOKORTTI", "KÖRKORT"), ("SUOMI", "FINLAND")),
        "FRA": Issuer("F", ("PERMIS DE CONDUIRE",), ("RÉPUBLIQUE FRANÇAISE",)),
        "GBR": Issuer("UK", ("DRIVING LICENCE",), ("UNITED KINGDOM", "DVLA")),
        "GRC": Issuer("GR", ("ΑΔΕΙΑ ΟΔΗΓΗΣΗΣ",), ("ΕΛΛΗΝΙΚΗ ΔΗΜΟΚΡΑΤΙΑ",)),
        "HRV": Issuer("HR", ("VOZAČKA DOZVOLA",), ("REPUBLIKA HRVATSKA",)),
        "HUN": Issuer("H", ("VEZETŐI ENGEDÉLY",), ("MAGYARORSZÁG", "MAGYAR KÖZTÁRSASÁG")),
        "IRL": Issuer("IRL", ("CEADÚNAS TIOMÁNA", "DRIVING LICENCE"), ("ÉIRE", "IRELAND")),
        "ISL": Issuer("IS", ("ÖKUSKÍRTEINI",), ("ÍSLAND",)),
        "ITA": Issuer("I", ("PATENTE DI GUIDA",), ("REPUBBLICA ITALIANA",)),
        "LIE": Issuer("FL", ("FÜHRERAUSWEIS",), ("FÜRSTENTUM LIECHTENSTEIN",)),
        "LTU": Issuer("LT", ("VAIRUOTOJO PAŽYMĖJIMAS",), ("LIETUVOS RESPUBLIKA",)),
        "LUX": Issuer("L", ("PERMIS DE CONDUIRE",), ("GRAND-DUCHÉ DE LUXEMBOURG", "LUXEMBOURG")),
        "LVA": Issuer("LV", ("VADĪTĀJA APLIECĪBA",), ("LATVIJAS REPUBLIKA",)),
        "MLT": Issuer("M", ("LIĊENZJA TAS-SEWQAN", "DRIVING LICENCE"), ("MALTA",)),
        "NLD": Issuer("NL", ("RIJBEWIJS",), ("KONINKRIJK DER NEDERLANDEN",)),
        "NOR": Issuer("N", ("FØRERKORT", "FØRARKORT"), ("NORGE", "NOREG")),
        "POL": Issuer("PL", ("PRAWO JAZDY",), ("RZECZPOSPOLITA POLSKA",)),
        "PRT": Issuer("P", ("CARTA DE CONDUÇÃO",), ("REPÚBLICA PORTUGUESA", "PORTUGAL")),
        "ROU": Issuer("RO", ("PERMIS DE CONDUCERE",), ("ROMÂNIA",)),
        "SVK": Issuer("SK", ("VODIČSKÝ PREUKAZ",), ("SLOVENSKÁ REPUBLIKA",)),
        "SVN": Issuer("SLO", ("VOZNIŠKO DOVOLJENJE",), ("REPUBLIKA SLOVENIJA",)),
        "SWE": Issuer("S", ("KÖRKORT",), ("SVERIGE",)),
        "TUN": Issuer(
            "TN",
            ("PERMIS DE CONDUIRE", "رخصة سياقة", "رخصة السياقة"),
            ("RÉPUBLIQUE TUNISIENNE", "الجمهورية التونسية", "A.T.T.T"),
        ),
    }
)
"""ISO 3166-1 alpha-3 to what its licences print."""
