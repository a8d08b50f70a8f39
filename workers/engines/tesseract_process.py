"""Tesseract as a program, through pytesseract: the way that works on every system.

Costs a process for each picture, 50 to 100 ms more than the engine in this process.
"""

import os
from pathlib import Path

import pytesseract
from PIL import Image as Picture

from schemas.documents import TextLine
from schemas.errors import Misconfigured, Unavailable
from workers.engines.tesseract_data import checked_languages, tessdata_folder
from workers.engines.tesseract_lines import PAGE_MODES, lines_of, rows_of
from workers.engines.text_scale import scaled_for_text
from workers.ports import Image, Layout

READ_SECONDS_MAX = 60
"""A picture that Tesseract has not read by then is given up."""


class TesseractProcess:
    """Starts the ``tesseract`` program for each picture."""

    name = "tesseract"

    def __init__(self, folder: Path | None = None) -> None:
        found = folder or tessdata_folder()
        try:
            self.version = str(pytesseract.get_tesseract_version())
        except pytesseract.TesseractNotFoundError:
            found = None
        if found is None:
            raise Misconfigured(
                "the tesseract program or its models are missing: install tesseract-ocr and"
                " tesseract-ocr-eng, -fra and -ara, or set TESSDATA_PREFIX"
            )
        self._folder = found

    def read(
        self, image: Image, languages: tuple[str, ...], layout: Layout = Layout.PAGE
    ) -> tuple[TextLine, ...]:
        """Return the lines in reading order, boxes as fractions of the picture given."""
        wanted = checked_languages(languages, self._folder)
        scaled = scaled_for_text(image, layout)
        height, width = scaled.shape[:2]
        picture = Picture.fromarray(scaled if scaled.ndim == 2 else scaled[:, :, ::-1])
        # Inherited by the program: one thread a job.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        # pytesseract splits the options itself; the folder comes from us, never from a request.
        options = f'--psm {PAGE_MODES[layout]} --dpi 300 --tessdata-dir "{self._folder}"'
        try:
            table = pytesseract.image_to_data(
                picture,
                lang=wanted,
                config=options,
                output_type=pytesseract.Output.STRING,
                timeout=READ_SECONDS_MAX,
            )
        except (pytesseract.TesseractError, RuntimeError):
            raise Unavailable("engine", "the tesseract program failed or ran out of time") from None
        return lines_of(rows_of(table), width, height)
