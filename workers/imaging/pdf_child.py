"""The process that draws one PDF: all that pdfium can do wrong happens in here, and is bounded.

Run as a script, apart from our packages. Standard input is the PDF; standard output is, for each
page, its width and height as big-endian 32-bit integers and its BGR samples, or a width of zero
and the length of a reason that follows, after which nothing comes.
"""

import math
import struct
import sys
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MEMORY_BYTES_MAX = 1 << 30
PAGE_CPU_S_MAX = 6
_OBJECT_DEPTH_MAX = 6
_OBJECTS_MAX = 50_000
_HEAD = struct.Struct(">II")
_POINTS_PER_INCH = 72


def main() -> None:
    """Draw the PDF on standard input; arguments: dpi, side_px, side_points, pages, pixels."""
    dpi, side_px, side_points, pages_max, pixels_max = (int(text) for text in sys.argv[1:6])
    bound_memory()
    bound_time()
    out = sys.stdout.buffer
    try:
        document = _open(sys.stdin.buffer.read(), pages_max)
        for page in _pages(document):
            scale = _scale(page.get_size(), dpi, side_px, side_points)
            _refuse_heavy(page, pixels_max)
            bitmap = page.render(scale=scale, may_draw_forms=False, force_bitmap_format=_BGR)
            out.write(_HEAD.pack(bitmap.width, bitmap.height))
            _write_rows(out, bitmap)
            bitmap.close()
            page.close()
            bound_time()
    except _RefusedError as refused:
        reason = str(refused).encode()
        out.write(_HEAD.pack(0, len(reason)) + reason)
    except (pypdfium2.PdfiumError, ValueError, OverflowError, RuntimeError):
        out.write(_HEAD.pack(0, 13) + b"pdf.malformed")
    out.flush()


_BGR = pdfium.FPDFBitmap_BGR


class _RefusedError(Exception):
    """The reason code under which the PDF is refused."""


def bound_memory() -> None:
    """Let this process die where a PDF asks for too much memory."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def bound_time() -> None:
    """Let this process die where the next page takes too much CPU time."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = math.ceil(usage.ru_utime + usage.ru_stime)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (spent + PAGE_CPU_S_MAX, hard))


def _open(data: bytes, pages_max: int) -> Any:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}
        reason = "pdf.encrypted" if error.err_code in locked else "pdf.malformed"
        raise _RefusedError(reason) from None
    if len(document) > pages_max:
        raise _RefusedError("pdf.too_many_pages")
    if len(document) == 0:
        raise _RefusedError("pdf.malformed")
    return document


def _pages(document: Any) -> Iterator[Any]:
    for index in range(len(document)):
        yield document[index]


def _scale(size: tuple[float, float], dpi: int, side_px: int, side_points: int) -> float:
    longest, shortest = max(size), min(size)
    if not (math.isfinite(longest) and shortest > 0) or longest > side_points:
        raise _RefusedError("pdf.page_too_large")
    return min(dpi / _POINTS_PER_INCH, (side_px - 1) / longest)


def _refuse_heavy(page: Any, pixels_max: int) -> None:
    for count, item in enumerate(page.get_objects(max_depth=_OBJECT_DEPTH_MAX)):
        if count >= _OBJECTS_MAX:
            raise _RefusedError("pdf.too_complex")
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            width, height = item.get_px_size()
            if width * height > pixels_max:
                raise _RefusedError("image.too_many_pixels")


def _write_rows(out: Any, bitmap: Any) -> None:
    samples = memoryview(bitmap.buffer).cast("B")
    row_bytes = bitmap.width * 3
    for row in range(bitmap.height):
        at = row * bitmap.stride
        out.write(samples[at : at + row_bytes])


if __name__ == "__main__":
    main()
