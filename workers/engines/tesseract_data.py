"""Where Tesseract's language models lie, and which languages they are for."""

import os
import re
import shutil
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from schemas.errors import Unprocessable

_FOLDERS = (
    "/usr/share/tesseract-ocr/*/tessdata",
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,31}")


@cache
def tessdata_folder() -> Path | None:
    """Return the folder of models: ``TESSDATA_PREFIX``, else the newest one installed."""
    named = os.environ.get("TESSDATA_PREFIX")
    places = [Path(named), Path(named) / "tessdata"] if named else []
    for pattern in _FOLDERS:
        root, _, rest = pattern.lstrip("/").partition("*")
        base = Path("/") / root
        places += sorted(base.glob(f"*{rest}"), reverse=True) if rest else [base]
    program = shutil.which("tesseract")
    if program:
        places.append(Path(program).parent / "tessdata")
    places.append(Path(sys.prefix) / "share" / "tessdata")
    return next((place for place in places if any(place.glob("*.traineddata"))), None)


@cache
def installed_languages(folder: Path) -> frozenset[str]:
    """Return the codes that have a model in the folder."""
    return frozenset(path.stem for path in folder.glob("*.traineddata"))


def checked_languages(languages: Iterable[str], folder: Path) -> str:
    """Return the languages as Tesseract takes them, ``eng+fra``.

    Raises:
        Unprocessable: ``language.unknown`` when one has no model here.
    """
    wanted = tuple(dict.fromkeys(languages))
    installed = installed_languages(folder)
    if not wanted or any(not _LANGUAGE.fullmatch(one) or one not in installed for one in wanted):
        known = ", ".join(sorted(installed - {"osd"}))
        raise Unprocessable(
            "language.unknown", f"a language that was asked for has no model here; known: {known}"
        )
    return "+".join(wanted)
