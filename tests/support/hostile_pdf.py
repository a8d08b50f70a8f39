"""PDFs written by hand: encrypted, endless, enormous, nested, or only half there."""

import zlib
from collections.abc import Iterator

_INFLATED_BYTES = 300 * 1024 * 1024


def pdf(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of numbered objects, the first of which is the catalogue."""
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    end = b"trailer\n<< /Size %d /Root 1 0 R %b >>\n" % (len(objects) + 1, trailer)
    return body + head + end + b"startxref\n%d\n%%%%EOF\n" % len(body)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), entries, data)


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
_DRAWING = b"0 0 1 rg 20 20 100 60 re f"


def one_page(
    box: bytes = b"0 0 300 200", content: bytes | None = None, resources: bytes = b"<< >>"
) -> list[bytes]:
    """Return the objects of a PDF with one page; object 5 is free for its resources."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%b] /Contents 4 0 R /Resources %b >>"
    return [
        CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page % (box, resources),
        content or stream(_DRAWING),
    ]


def hostile_pdfs() -> Iterator[tuple[str, bytes, bool]]:
    """Yield name, bytes and whether the file must be refused."""
    yield "pages-2000.pdf", _many_pages(2000), True
    yield "no-page.pdf", pdf([CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>"]), True
    yield "encrypted.pdf", _encrypted(), True
    for number, box in enumerate((b"0 0 99999 10", b"0 0 20000 20000")):
        yield f"box-{number}.pdf", pdf(one_page(box)), True
    yield "box-none.pdf", pdf(one_page(b"0 0 0 0")), False
    yield "box-1e9.pdf", pdf(one_page(b"0 0 1e9 1e9")), False
    yield "box-1e30.pdf", pdf(one_page(b"-1e30 -1e30 1e30 1e30")), False
    yield "box-inside-out.pdf", pdf(one_page(b"300 200 0 0")), False
    yield "inflating.pdf", pdf(one_page(content=_inflating())), True
    yield "inflating-twice.pdf", pdf(one_page(content=_inflating_twice())), True
    yield "picture-60000.pdf", _large_picture(), True
    yield "pages-in-a-circle.pdf", _circle(), True
    yield "tree-5000-deep.pdf", _deep_tree(5_000), False
    yield "arrays-100000-deep.pdf", _deep_arrays(100_000), False
    yield "forms-in-a-circle.pdf", _forms_in_a_circle(), False
    yield "forms-doubling.pdf", _forms_doubling(14), False
    yield "states-100000-deep.pdf", pdf(one_page(content=stream(b"q " * 100_000))), False
    yield "script.pdf", _script(), False
    yield "no-end.pdf", pdf(one_page()).replace(b"%%EOF", b""), True
    yield "no-table.pdf", pdf(one_page()).replace(b"xref", b"xxxx"), False
    yield "no-catalogue.pdf", pdf(one_page()).replace(b"/Root", b"/Rook"), False


def _many_pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + count))
    tree = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    return pdf([CATALOGUE, tree, *[page] * count])


def _encrypted() -> bytes:
    owner, user = b"<" + b"41" * 32 + b">", b"<" + b"42" * 32 + b">"
    rules = b"<< /Filter /Standard /V 1 /R 2 /P -44 /O %b /U %b >>" % (owner, user)
    identity = b"<" + b"00" * 16 + b">"
    return pdf([*one_page(), rules], b"/Encrypt 5 0 R /ID [%b %b]" % (identity, identity))


def _inflating() -> bytes:
    return stream(_squeezed(_INFLATED_BYTES), b"/Filter /FlateDecode")


def _inflating_twice() -> bytes:
    twice = zlib.compress(_squeezed(4 * _INFLATED_BYTES), 9)
    return stream(twice, b"/Filter [/FlateDecode /FlateDecode]")


def _squeezed(size_bytes: int) -> bytes:
    # After a full flush the same block deflates to the same bytes: deflate it once.
    block = b" " * (1 << 20)
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = squeeze.compress(block) + squeeze.flush(zlib.Z_FULL_FLUSH)
    count, checksum = size_bytes >> 20, 1
    for _ in range(count):
        checksum = zlib.adler32(block, checksum)
    return b"\x78\xda" + first * count + b"\x03\x00" + checksum.to_bytes(4, "big")


def _large_picture() -> bytes:
    entries = (
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceGray "
        b"/BitsPerComponent 1 /Filter /FlateDecode"
    )
    drawing = stream(b"300 0 0 200 0 0 cm /Large Do")
    objects = one_page(content=drawing, resources=b"<< /XObject << /Large 5 0 R >> >>")
    return pdf([*objects, stream(zlib.compress(bytes(100_000), 9), entries)])


def _circle() -> bytes:
    return pdf([CATALOGUE, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"])


def _deep_tree(depth: int) -> bytes:
    nodes = [
        b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1)
        for number in range(2, 2 + depth)
    ]
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 99 99] >>" % (1 + depth)
    return pdf([CATALOGUE, *nodes, page])


def _deep_arrays(depth: int) -> bytes:
    return pdf([*one_page(), b"[" * depth + b"]" * depth], b"/Info 5 0 R")


def _form(content: bytes, resources: bytes) -> bytes:
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 300 200] /Resources << /XObject <<%b>> >>"
    return stream(content, entries % resources)


def _forms_in_a_circle() -> bytes:
    objects = one_page(content=stream(b"/F Do"), resources=b"<< /XObject << /F 5 0 R >> >>")
    return pdf([*objects, _form(b"/F Do /F Do", b"/F 5 0 R")])


def _forms_doubling(levels: int) -> bytes:
    objects = one_page(content=stream(b"/F Do /F Do"), resources=b"<< /XObject << /F 5 0 R >> >>")
    forms = [_form(b"/F Do /F Do", b"/F %d 0 R" % (6 + level)) for level in range(levels)]
    return pdf([*objects, *forms, _form(_DRAWING, b"")])


def _script() -> bytes:
    objects = one_page()
    objects[0] = (
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    )
    return pdf(objects)
