"""The fonts that specimens are drawn with, found among those installed."""

import os
import sys
from enum import Enum
from functools import cache
from pathlib import Path

from PIL import ImageFont

from schemas.errors import Misconfigured

_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(),
    Path("~/.fonts").expanduser(),
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
    Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
)


class Face(Enum):
    """A face by its part in the drawing; the files that may play it, best first."""

    OCR_B = ("OCRB.otf", "OCRB.ttf", "ocrb.ttf")
    SANS = ("LiberationSans-Regular.ttf", "DejaVuSans.ttf", "Arial.ttf")
    SANS_BOLD = ("LiberationSans-Bold.ttf", "DejaVuSans-Bold.ttf", "Arial Bold.ttf")
    SERIF = ("LiberationSerif-Regular.ttf", "DejaVuSerif.ttf", "Times New Roman.ttf")
    SERIF_BOLD = ("LiberationSerif-Bold.ttf", "DejaVuSerif-Bold.ttf", "Times New Roman Bold.ttf")
    MONO = ("LiberationMono-Regular.ttf", "DejaVuSansMono.ttf", "Courier New.ttf")
    ARABIC = ("Amiri-Regular.ttf", "NotoNaskhArabic-Regular.ttf", "KacstBook.ttf")
    ARABIC_SANS = ("NotoNaskhArabic-Bold.ttf", "Amiri-Bold.ttf", "NotoKufiArabic-Regular.ttf")
    ARABIC_BOLD = ("Amiri-Bold.ttf", "NotoNaskhArabic-Bold.ttf", "KacstBook.ttf")
    ARABIC_NASKH = ("NotoNaskhArabic-Regular.ttf", "Amiri-Regular.ttf", "KacstBook.ttf")
    ARABIC_GOTHIC = ("NotoSansArabic-Bold.ttf", "DejaVuSans-Bold.ttf", "Amiri-Bold.ttf")
    ARABIC_PLAIN = ("DejaVuSans.ttf", "NotoSansArabic-Regular.ttf", "Amiri-Regular.ttf")


@cache
def font(face: Face, size_px: int) -> ImageFont.FreeTypeFont:
    """Return a face at a size, shaped by Raqm where Pillow has it.

    Raises:
        Misconfigured: when no file for the face is installed.
    """
    for name in face.value:
        path = _installed().get(name)
        if path is not None:
            return ImageFont.truetype(str(path), size_px)
    raise Misconfigured(
        f"no font {face.value[0]} is installed; samples need the packages"
        " fonts-ocr-b, fonts-liberation2, fonts-dejavu-core and fonts-hosny-amiri"
    )


@cache
def _installed() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in (*_FOLDERS, Path(sys.prefix) / "share" / "fonts"):
        for path in sorted(folder.rglob("*.[ot]tf")) if folder.is_dir() else ():
            found.setdefault(path.name, path)
    return found
