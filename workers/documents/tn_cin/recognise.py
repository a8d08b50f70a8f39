"""Recognises the Tunisian identity card by its titles and labels."""

from workers.documents.tn_cin.layout import FACES
from workers.visual.recognition import title_recogniser

recognise = title_recogniser(
    {
        # Algeria and Morocco call theirs the same, so the state's name must help.
        "بطاقة التعريف الوطنية": 0.6,
        "الجمهورية التونسية": 0.3,
        "تاريخ الولادة": 0.3,
        "اسم ولقب الأم": 0.35,
        "المهنة": 0.2,
        "الصفة": 0.2,
        "العنوان": 0.2,
        "تونس في": 0.2,
    },
    FACES,
    country="TUN",
)
