"""The fields of a French registration certificate and the codes under which it prints them.

Sources: directive 1999/37/EC annex I, and the list of headings on the back of the certificate
(arrêté du 9 février 2009, DEVS0824995A). D.2.1, J.1, J.2, J.3, P.6, U.2, V.7, V.9, X.1 are
printed so in France; the formula number stands under the title and has no code.
"""

from collections.abc import Mapping
from types import MappingProxyType

from workers.documents.document_type import FieldSpec

CODED = (
    ("A", FieldSpec("registration_number", "Registration number", required=True)),
    ("B", FieldSpec("first_registration_date", "First registration", required=True)),
    ("C.1", FieldSpec("holder_name", "Holder", required=True)),
    ("C.3", FieldSpec("holder_address", "Holder's address")),
    ("C.4.1", FieldSpec("co_holder_name", "Co-holder")),
    ("D.1", FieldSpec("make", "Make")),
    ("D.2", FieldSpec("type_variant_version", "Type, variant, version")),
    ("D.2.1", FieldSpec("national_type_code", "National type code (CNIT)")),
    ("D.3", FieldSpec("commercial_name", "Commercial name")),
    ("E", FieldSpec("vin", "Vehicle identification number", required=True)),
    ("F.1", FieldSpec("mass_max_technical_kg", "Technically permissible maximum mass")),
    ("F.2", FieldSpec("mass_max_kg", "Permissible maximum mass in service")),
    ("F.3", FieldSpec("mass_train_max_kg", "Permissible maximum mass of the whole train")),
    ("G", FieldSpec("mass_in_service_kg", "Mass in service")),
    ("G.1", FieldSpec("mass_empty_kg", "National empty mass")),
    ("I", FieldSpec("certificate_date", "Date of the certificate")),
    ("J", FieldSpec("category", "Category (EC)")),
    ("J.1", FieldSpec("national_category", "National category")),
    ("J.2", FieldSpec("body", "Body (EC)")),
    ("J.3", FieldSpec("national_body", "National body")),
    ("K", FieldSpec("type_approval_number", "Type approval number")),
    ("P.1", FieldSpec("displacement_cm3", "Displacement")),
    ("P.2", FieldSpec("power_kw", "Maximum net power")),
    ("P.3", FieldSpec("fuel", "Fuel or source of energy")),
    ("P.6", FieldSpec("fiscal_power_cv", "Fiscal power")),
    ("Q", FieldSpec("power_to_mass", "Power to mass ratio")),
    ("S.1", FieldSpec("seats", "Seats")),
    ("S.2", FieldSpec("standing_places", "Standing places")),
    ("U.1", FieldSpec("noise_db", "Stationary noise level")),
    ("U.2", FieldSpec("engine_speed_rpm", "Engine speed of the noise level")),
    ("V.7", FieldSpec("co2_g_km", "CO2")),
    ("V.9", FieldSpec("environmental_class", "Environmental class")),
    ("X.1", FieldSpec("inspection_date", "Date of the next inspection")),
)
"""Code and field, in the order of the codes."""

FORMULA_NUMBER = FieldSpec("formula_number", "Formula number of the sheet")

FIELDS = (*(spec for _, spec in CODED), FORMULA_NUMBER)

NAMES: Mapping[str, str] = MappingProxyType({code: spec.name for code, spec in CODED})
"""Code to field name."""

OTHER_CODES = (
    "A.1", "C.4A", "C.4", "C.2", "H", "I.1", "X.2", "X.3",
    *(f"Y.{number}" for number in range(1, 7)), *(f"Z.{number}" for number in range(1, 5)),
)  # fmt: skip
"""Codes that are printed too and that no field takes."""

LABELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "A": ("Numéro d'immatriculation", "N° d'immatriculation", "Immatriculation"),
        "B": (
            "Date de première immatriculation",
            "Date de 1ère immatriculation",
            "Date de 1re immatriculation",
            "Date de 1ère mise en circulation",
            "Première immatriculation",
            "1ère immatriculation",
        ),
        "C.1": ("Nom, prénom du titulaire", "Titulaire", "Nom et prénom", "Nom, prénom"),
        "C.3": ("Adresse du titulaire", "Adresse", "Domicile"),
        "C.4.1": ("Co-titulaire", "Cotitulaires"),
        "D.1": ("Marque",),
        "D.2": ("Type, variante, version", "Type variante version", "Type"),
        "D.2.1": ("Code national d'identification du type", "CNIT", "Type mines"),
        "D.3": ("Dénomination commerciale", "Désignation commerciale"),
        "E": (
            "Numéro d'identification du véhicule",
            "N° d'identification",
            "N° dans la série du type",
            "VIN",
        ),
        "F.1": ("Masse en charge maximale techniquement admissible", "Masse max. technique"),
        "F.2": ("Masse en charge maximale admissible en service", "PTAC", "P.T.A.C."),
        "F.3": ("Masse en charge maximale admissible de l'ensemble", "PTRA", "P.T.R.A."),
        "G": ("Masse du véhicule en service", "Masse en service"),
        "G.1": ("Poids à vide national", "Poids à vide", "PV"),
        "I": ("Date d'immatriculation", "Date du certificat", "Date de la carte grise"),
        "J": ("Catégorie du véhicule (CE)", "Catégorie CE", "Catégorie"),
        "J.1": ("Genre national", "Genre"),
        "J.2": ("Carrosserie (CE)", "Carrosserie CE"),
        "J.3": ("Carrosserie (désignation nationale)", "Carrosserie nationale", "Carrosserie"),
        "K": ("Numéro de réception par type", "N° de réception"),
        "P.1": ("Cylindrée (en cm3)", "Cylindrée"),
        "P.2": ("Puissance nette maximale (en kW)", "Puissance nette maximale", "Puissance nette"),
        "P.3": (
            "Type de carburant ou source d'énergie",
            "Source d'énergie",
            "Carburant",
            "Energie",
        ),
        "P.6": ("Puissance administrative nationale", "Puissance administrative"),
        "Q": ("Rapport puissance/masse",),
        "S.1": ("Nombre de places assises", "Places assises"),
        "S.2": ("Nombre de places debout", "Places debout"),
        "U.1": ("Niveau sonore à l'arrêt", "Niveau sonore", "Bruit"),
        "U.2": ("Vitesse du moteur (en min-1)", "Vitesse du moteur", "Régime moteur"),
        "V.7": ("CO2 (en g/km)", "Emission de CO2", "CO2"),
        "V.9": ("Classe environnementale de réception CE", "Classe environnementale"),
        "X.1": ("Date de visite technique", "Visite technique", "Contrôle technique"),
    }
)
"""What the codes are called in full, longest first: on the back of the current certificate, and
on those before 2004, which had no codes."""
