"""What an AI engine is told about French registration certificates."""

from workers.documents.fr_carte_grise.fields import CODED

PROMPT = "\n".join(
    (
        "The document is a French vehicle registration certificate (certificat d'immatriculation,",
        "carte grise). Each value is printed beside its code. Copy values as printed, character by",
        "character. A code without a value is left out. Codes and fields:",
        *(f"{code}: {spec.name} ({spec.title})" for code, spec in CODED),
        "formula_number stands under the title: four digits, two letters, five digits.",
        "C.4a is no field. Sheets of before 2004 print French headings instead of codes.",
    )
)
