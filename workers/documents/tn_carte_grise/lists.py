"""Closed lists of Tunisian registrations: a word of one of them is the value of no other field."""

from rapidfuzz.distance import Levenshtein

from workers.documents.fr_carte_grise.values import NATIONAL_CATEGORIES

CATEGORIES = (
    "سيارة خاصة",
    "سيارة أجرة",
    "سيارة نفعية",
    "سيارة مزدوجة",
    "شاحنة",
    "شاحنة خفيفة",
    "شاحنة ثقيلة",
    "حافلة",
    "دراجة نارية",
    "جرار فلاحي",
    "مجرورة",
    "نصف مجرورة",
    "PARTICULIERE",
    "UTILITAIRE",
    "MIXTE",
    "VOITURE PARTICULIERE",
    "VOITURE UTILITAIRE",
    "VOITURE MIXTE",
    "TAXI",
    "LOUAGE",
    "CAMIONNETTE",
    "CAMION",
    "AUTOBUS",
    "MICROBUS",
    "MINIBUS",
    "AUTOCAR",
    "MOTOCYCLE",
    "MOTOCYCLETTE",
    "CYCLOMOTEUR",
    "TRICYCLE",
    "VEHICULE PARTICULIER",
    "VEHICULE UTILITAIRE",
    "VEHICULE MIXTE",
    "VEHICULE SPECIAL",
    "TRACTEUR AGRICOLE",
    "REMORQUE",
    "SEMI-REMORQUE",
    # French abbreviations are printed too.
    *NATIONAL_CATEGORIES,
)
"""Kinds of vehicles as Tunisian registrations name them."""

FUELS = (
    "ESSENCE",
    "ESSENCE SANS PLOMB",
    "SUPER",
    "SUPER SANS PLOMB",
    "GASOIL",
    "GAZOIL",
    "GAS-OIL",
    "GASOIL 50",
    "DIESEL",
    "MAZOUT",
    "GPL",
    "GNV",
    "GNC",
    "GAZ",
    "GAZ NATUREL",
    "HYBRIDE",
    "HYBRIDE RECHARGEABLE",
    "ELECTRIQUE",
    "ELECTRICITE",
    "ELECTRIC",
    "BICARBURATION",
    "HYDROGENE",
    "ES",
    "GO",
    "EL",
    "بنزين",
    "بنزين رفيع",
    "بنزين بدون رصاص",
    "غازوال",
    "قازوال",
    "غازوال 50",
    "ديزل",
    "ديازال",
    "مازوط",
    "غاز",
    "غاز طبيعي",
    "غاز مسيل",
    "كهرباء",
    "كهربائية",
    "هجين",
    "هجينة",
)
"""What an engine runs on; two of them are printed with a stroke, a plus or a space between."""

BODIES = (
    "BERLINE",
    "BREAK",
    "COUPE",
    "CABRIOLET",
    "FOURGON",
    "FOURGONNETTE",
    "CONDUITE INTERIEURE",
    "CI",
    "PICK-UP",
    "PICK UP",
    "PLATEAU",
    "MONOSPACE",
    "LIMOUSINE",
)
"""Bodies that no maker sells a car as."""

_ALIKE = 0.85


def of_list(text: str, known: tuple[str, ...]) -> str | None:
    """Return the one word of a list that a text in capitals looks like, in the list's spelling."""
    if text in known:
        return text
    alike = [one for one in known if Levenshtein.normalized_similarity(one, text) >= _ALIKE]
    return alike[0] if len(alike) == 1 else None


def is_fuel(text: str) -> bool:
    """Say whether a text in capitals is a fuel, or several."""
    parts = text.replace("/", " ").replace("+", " ").split()
    return of_list(text, FUELS) is not None or (bool(parts) and all(p in FUELS for p in parts))
