"""Recognises Tunisian registrations: their titles, and labels that no other country's card has."""

from workers.documents.tn_carte_grise.layout import FACES
from workers.visual.recognition import title_recogniser

recognise = title_recogniser(
    {
        # France prints the same French title: only with the state's name it is Tunisian.
        "شهادة التسجيل": 0.6,
        "Certificat d'immatriculation": 0.2,
        "République Tunisienne": 0.45,
        "الجمهورية التونسية": 0.3,
        "N° série du type": 0.5,
        "Type constructeur": 0.5,
        "DPMC": 0.3,
        "القوة الجبائية": 0.4,
        "Puissance fiscale": 0.2,
        "عدد المقاعد": 0.3,
        "Nombre de places": 0.3,
    },
    FACES,
    country="TUN",
)
