"""Chooses the text engine: Tesseract in this process, else the program, else a cure."""

from workers.ports import TextEngine


def text_engine() -> TextEngine:
    """Return the best text engine of this machine.

    Raises:
        Misconfigured: when Tesseract or its models are missing; the message tells the cure.
    """
    try:
        from workers.engines.tesseract_inprocess import TesseractInProcess  # noqa: PLC0415
    except ImportError:
        # tesserocr has wheels for Linux only.
        from workers.engines.tesseract_process import TesseractProcess  # noqa: PLC0415

        return TesseractProcess()
    return TesseractInProcess()
