"""The engines of this machine: one set, for the stages on Kafka and for reading in one process."""

from datetime import UTC, datetime

from workers.engines.barcodes import BarcodeReader
from workers.engines.mrz_reader import MrzReader
from workers.engines.rapid import RapidFinder, RapidReader
from workers.engines.tesseract_reader import TesseractReader
from workers.engines.text_engine import text_engine
from workers.ports import Blobs, LineReader, Script, TextEngine, Tools


def reading_tools(blobs: Blobs) -> Tools:
    """Return the tools of a stage; models of lines are loaded when they are first needed.

    Raises:
        Misconfigured: when an engine or its models are missing.
    """
    text = text_engine()
    return Tools(
        blobs=blobs,
        text=text,
        mrz=MrzReader(),
        today=lambda: datetime.now(UTC).date(),
        finder=RapidFinder(),
        readers=line_readers(text),
        barcodes=BarcodeReader(),
    )


def line_readers(text: TextEngine) -> tuple[LineReader, ...]:
    """Return the readers of lines, the cheapest first for each script."""
    return (
        RapidReader(),
        TesseractReader(text, ("ara",), frozenset({Script.ARABIC})),
        TesseractReader(text, ("fra",), frozenset({Script.LATIN, Script.DIGITS})),
    )
