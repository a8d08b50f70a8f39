"""Tesseract inside this process, through tesserocr: no process to start for each picture."""

import os

# One thread a job: Tesseract's own threads only fight with the other slots.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from collections import OrderedDict
from pathlib import Path
from threading import Lock

import tesserocr
from PIL import Image as Picture

from schemas.documents import TextLine
from schemas.errors import Misconfigured, Unavailable
from workers.engines.tesseract_data import checked_languages, tessdata_folder
from workers.engines.tesseract_lines import PAGE_MODES, lines_of, rows_of
from workers.engines.text_scale import scaled_for_text
from workers.ports import Image, Layout

ENGINES_MAX = 4
"""Initialised engines kept, one for each set of languages; each takes 30 to 60 MB."""


class TesseractInProcess:
    """Keeps one initialised engine for each set of languages; safe to share between threads."""

    name = "tesseract"

    def __init__(self, folder: Path | None = None) -> None:
        found = folder or tessdata_folder()
        if found is None:
            raise Misconfigured(
                "no Tesseract models were found: install tesseract-ocr-eng, -fra and -ara,"
                " or set TESSDATA_PREFIX to the folder that holds *.traineddata"
            )
        self._folder = found
        self._engines: OrderedDict[str, tesserocr.PyTessBaseAPI] = OrderedDict()
        self._lock = Lock()
        self.version = tesserocr.tesseract_version().split()[1]

    def read(
        self, image: Image, languages: tuple[str, ...], layout: Layout = Layout.PAGE
    ) -> tuple[TextLine, ...]:
        """Return the lines in reading order, boxes as fractions of the picture given."""
        wanted = checked_languages(languages, self._folder)
        scaled = scaled_for_text(image, layout)
        height, width = scaled.shape[:2]
        grey_or_rgb = scaled if scaled.ndim == 2 else scaled[:, :, ::-1]
        with self._lock:
            engine = self._engine(wanted)
            engine.SetPageSegMode(PAGE_MODES[layout])
            engine.SetImage(Picture.fromarray(grey_or_rgb))
            engine.SetSourceResolution(300)
            try:
                engine.Recognize()
                # Not through tesserocr's iterator: it gives the letters of Arabic words from
                # left to right. Tesseract's own table has them in logical order.
                return lines_of(rows_of(engine.GetTSVText(0)), width, height)
            finally:
                engine.Clear()

    def _engine(self, languages: str) -> "tesserocr.PyTessBaseAPI":
        engine = self._engines.get(languages)
        if engine is None:
            try:
                engine = tesserocr.PyTessBaseAPI(path=str(self._folder), lang=languages)
            except RuntimeError:
                raise Unavailable("engine", "Tesseract could not load its models") from None
            self._engines[languages] = engine
            if len(self._engines) > ENGINES_MAX:
                self._engines.popitem(last=False)[1].End()
        self._engines.move_to_end(languages)
        return engine
