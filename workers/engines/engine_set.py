"""The engines of this machine: one set, for the stages on Kafka and for reading in one process."""

from datetime import UTC, datetime

from workers.engines.barcodes import BarcodeReader
from workers.engines.line_reader import arabic_reader, latin_reader, second_arabic_reader
from workers.engines.mistral_options import Meter, MistralOptions
from workers.engines.mrz_reader import MrzReader
from workers.engines.rapid import RapidFinder, RapidReader
from workers.engines.tesseract_reader import LEAD_SHARE, Paper, TesseractReader
from workers.engines.text_engine import text_engine
from workers.ports import AiReader, Blobs, Layout, LineReader, Script, TextEngine, Tools


def reading_tools(blobs: Blobs, ai: AiReader | None = None) -> Tools:
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
        ai=ai,
    )


def mistral_reader(options: MistralOptions | None, meter: Meter) -> AiReader | None:
    """Return Mistral AI as an engine, None where it has no key.

    Args:
        options: how it is used; None where there is no key.
        meter: told of each page shown to it.
    """
    if options is None:
        return None
    # The SDK takes half a second and 12 MB: only those who use it pay for it.
    from workers.engines.mistral import MistralReader  # noqa: PLC0415

    return MistralReader(options, meter)


def line_readers(text: TextEngine) -> tuple[LineReader, ...]:
    """Return the readers of lines, the cheapest first for each script."""
    # The English model reads codes and figures best, and knows no accents: of a name it would
    # confirm what is wrong. The French one reads names too.
    codes = frozenset({Script.DIGITS})
    latin = frozenset({Script.LATIN, Script.DIGITS})
    arabic = frozenset({Script.ARABIC})
    return (
        arabic_reader(),
        latin_reader(),
        second_arabic_reader(),
        RapidReader(),
        TesseractReader(text, ("ara",), arabic, Paper.WHITENED, 34, Layout.RAW_LINE, LEAD_SHARE),
        TesseractReader(text, ("ara",), arabic),
        TesseractReader(text, ("ara",), arabic, Paper.WHITENED, 34, Layout.RAW_LINE),
        TesseractReader(text, ("eng",), codes, Paper.WHITENED),
        TesseractReader(text, ("fra",), latin, Paper.WHITENED),
        TesseractReader(text, ("eng",), codes, Paper.WHITENED, height_px=36),
    )
