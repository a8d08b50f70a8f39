"""Draws short letters: what people send that is no document at all."""

from random import Random

from PIL import Image as Picture

from workers.documents.document_type import Level, Specimen
from workers.drawing.fonts import Face
from workers.drawing.paper import to_bgr, write
from workers.drawing.photo import photograph

WIDTH_PX = 1240
"""An A4 sheet at 150 dots an inch, as high as its text."""

_OPENINGS = ("Dear Sir or Madam", "Dear friends", "To whom it may concern", "Good morning")
# None begins with a single letter: kerning hides the space behind it from Tesseract.
_SENTENCES = (
    "The parcel was handed over on the first day of the week.",
    "We have received your letter and thank you for it.",
    "The meeting takes place in the small hall behind the library.",
    "Please bring two copies and a pen with black ink.",
    "Our office stays closed between noon and two in the afternoon.",
    "The garden needs water every other evening in summer.",
    "Nobody remembers when the old bridge was painted blue.",
    "Trains leave from platform seven at a quarter past nine.",
    "The invoice of last month has been paid in full.",
    "The new lamp will be mounted above the door next week.",
    "Our neighbours found the missing key under the mat.",
    "The bakery sells bread, cheese and fresh apples.",
    "Le bureau ferme ses portes pendant la semaine prochaine.",
    "Nous avons bien noté votre demande de renseignements.",
    "La salle du conseil se trouve au premier étage.",
)
# Printed in a Naskh face: Tesseract loses whole lines of calligraphic ones.
_ARABIC = (
    "السلام عليكم ورحمة الله",
    "وصلت الرسالة في بداية الأسبوع",
    "المكتب مغلق يوم الأحد",
    "شكرا على حسن تعاونكم",
    "القطار ينطلق من المدينة في الصباح",
)
_CLOSINGS = ("Yours faithfully", "With kind regards", "Best wishes")


def draw(rng: Random, level: Level) -> Specimen:
    """Draw a letter; one in six is Arabic, which the truth's ``languages`` tell."""
    arabic = rng.random() < 1 / 6
    lines = _arabic_letter(rng) if arabic else _latin_letter(rng)
    page = _page(rng, lines, Face.ARABIC_SANS if arabic else rng.choice((Face.SANS, Face.SERIF)))
    return Specimen(
        images=(photograph(rng, to_bgr(page), level),),
        document_type="text",
        country=None,
        fields={"text": "\n".join(lines)},
        languages=("ara",) if arabic else (),
    )


def _latin_letter(rng: Random) -> list[str]:
    body = rng.sample(_SENTENCES, rng.randint(4, 8))
    return [rng.choice(_OPENINGS) + ",", *body, rng.choice(_CLOSINGS)]


def _arabic_letter(rng: Random) -> list[str]:
    parts = rng.sample(_ARABIC, len(_ARABIC)) + rng.sample(_ARABIC, len(_ARABIC))
    return [f"{first} {second}" for first, second in zip(parts[::2], parts[1::2], strict=True)]


def _page(rng: Random, lines: list[str], face: Face) -> Picture.Image:
    arabic = face is Face.ARABIC_SANS
    size_px = rng.randint(40, 46) if arabic else rng.randint(29, 35)
    step = round(size_px * (1.6 if arabic else 1.75))
    left, top = rng.randint(90, 140), rng.randint(110, 150)
    size = (WIDTH_PX, top + len(lines) * step + rng.randint(30, 90))
    shade = rng.randint(244, 255)
    picture = Picture.new("RGB", size, (shade, shade, shade - rng.randint(0, 6)))
    place_x, anchor = (WIDTH_PX - left, "rs") if arabic else (left, "ls")
    for number, line in enumerate(lines):
        write(picture, (place_x, top + number * step), line, face, size_px, anchor=anchor)
    return picture
