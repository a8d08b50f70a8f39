"""Decoding: every format comes out as the picture that went in, everything else is refused."""

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from schemas.errors import Unprocessable
from tests.support.hostile import HostileFile, hostile_files
from tests.support.hostile_pdf import one_page, pdf
from tests.support.valid_files import encoded, valid_files
from workers.imaging.decode import decode
from workers.imaging.limits import Limits
from workers.imaging.media_type import HEAD_BYTES, MediaType, sniff

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

VALID = valid_files()
HOSTILE = hostile_files()


def halves(left: tuple[int, ...], right: tuple[int, ...], mode: str = "RGB") -> Image.Image:
    """Return a picture of 120 x 80 whose halves have one colour each."""
    drawn = Image.new(mode, (120, 80), left if len(left) > 1 else left[0])
    drawn.paste(right if len(right) > 1 else right[0], (60, 0, 120, 80))
    return drawn


def outcome_of(data: bytes) -> str:
    """Return the reason under which bytes are refused, or that they decode."""
    try:
        decode(data)
    except Unprocessable as refused:
        return refused.reason
    return "decoded"


def bgr_at(data: bytes, x: int, y: int) -> tuple[int, ...]:
    """Return one decoded sample."""
    return tuple(int(value) for value in decode(data)[0].image[y, x])


@pytest.mark.parametrize("name", VALID)
def test_each_format_is_sniffed_and_decodes_to_bgr(name: str) -> None:
    """A good file of each format gives one page of three channels."""
    media_type = sniff(VALID[name][:HEAD_BYTES])

    pages = decode(VALID[name])

    assert media_type is not None
    assert media_type.value.split("/")[1][:3] in {"jpe", "png", "web", "tif", "hei", "pdf"}
    assert len(pages) == 1
    assert pages[0].image.dtype == np.uint8
    assert pages[0].image.shape[2] == 3
    assert abs(pages[0].image.shape[1] / pages[0].image.shape[0] - 1.5) < 0.02


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_colours_come_out_in_bgr_order(form: str) -> None:
    """A red left half is red, not blue."""
    data = encoded(halves((220, 20, 30), (20, 30, 220)), form, quality=95)

    blue, green, red = bgr_at(data, 20, 40)

    assert red > 180
    assert max(blue, green) < 80


@pytest.mark.parametrize(
    ("mode", "form"),
    [("L", "PNG"), ("1", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("LA", "PNG"), ("CMYK", "JPEG"),
     ("I;16", "PNG"), ("I;16", "TIFF"), ("F", "TIFF"), ("CMYK", "TIFF"), ("P", "TIFF")],
)  # fmt: skip
def test_every_pixel_mode_becomes_eight_bit_colour(mode: str, form: str) -> None:
    """Dark stays dark and light stays light whatever the samples were."""
    grey = halves((10,), (240,), "L")
    if mode == "I;16":
        drawn = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    elif mode == "F":
        drawn = Image.fromarray(np.asarray(grey).astype(np.float32) / 255)
    else:
        drawn = grey.convert("RGB").convert(mode)
    data = encoded(drawn, form)

    dark, light = bgr_at(data, 20, 40), bgr_at(data, 100, 40)

    assert max(dark) < 60
    assert min(light) > 195


def test_see_through_parts_turn_white() -> None:
    """Alpha is laid on white, like paper."""
    data = encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")

    assert bgr_at(data, 25, 25) == (255, 255, 255)


@pytest.mark.parametrize(("orientation", "corner"), [(1, (10, 10)), (3, (110, 70)), (6, (70, 10)),
                                                     (8, (10, 110))])  # fmt: skip
def test_exif_orientation_is_applied(orientation: int, corner: tuple[int, int]) -> None:
    """The white corner lands where a viewer would show it."""
    drawn = Image.new("RGB", (120, 80), "black")
    drawn.paste("white", (0, 0, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    drawn.save(buffer, "JPEG", exif=exif)

    assert min(bgr_at(buffer.getvalue(), *corner)) > 200


def test_every_page_of_a_tiff_and_of_a_pdf_is_read() -> None:
    """Pages come in order, with their numbers."""
    pages = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    for form in ("TIFF", "PDF"):
        decoded = decode(encoded(pages[0], form, save_all=True, append_images=pages[1:]))

        assert [page.number for page in decoded] == [1, 2, 3]
        strongest = [int(page.image[10, 10].argmax()) for page in decoded]
        assert strongest == [2, 1, 0]


def test_of_an_animation_the_first_frame_is_read() -> None:
    """An animated WebP is one page."""
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])

    decoded = decode(data)

    assert len(decoded) == 1
    assert int(decoded[0].image[10, 10].argmax()) == 2


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_large_pictures_are_reduced_to_the_longest_side(form: str) -> None:
    """A side beyond the bound is reduced, the aspect kept."""
    data = encoded(Image.new("RGB", (3000, 1500), "white"), form)

    image = decode(data, Limits(page_side_px_max=1000))[0].image

    assert image.shape == (500, 1000, 3)


def test_trailers_that_cameras_write_are_no_polyglots() -> None:
    """Padding, a second JPEG (MPF) and a motion photo's film behind a JPEG are accepted."""
    jpeg = VALID["small.jpg"]
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(500)
    for trailer in (bytes(2000), jpeg, film, b"\x00\x00\x01\x0a\x0eImage_UTC_Data1234SEFT"):
        assert len(decode(jpeg + trailer)) == 1


def test_pages_beyond_the_limit_are_refused() -> None:
    """The count is read before pages are drawn."""
    page = Image.new("RGB", (60, 40), "red")
    for form, reason in (("TIFF", "tiff.too_many_pages"), ("PDF", "pdf.too_many_pages")):
        data = encoded(page, form, save_all=True, append_images=[page] * 3)

        with pytest.raises(Unprocessable) as refused:
            decode(data, Limits(pages_max=3))

        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [("empty.jpg", "file.empty"), ("html-as.jpg", "media.unsupported"),
     ("cut-at-60-small.jpg", "image.truncated"), ("cut-at-60-small.png", "image.truncated"),
     ("cut-at-60-small.webp", "image.truncated"), ("cut-at-60-small.pdf", "pdf.truncated"),
     ("zip-behind-small.jpg", "media.polyglot"), ("pdf-inside.jpg", "media.polyglot"),
     ("zip-behind-small.pdf", "media.polyglot"), ("html-behind-small.png", "media.polyglot"),
     ("header-100000x100000.png", "image.too_many_pixels"),
     ("inflates-to-50-megabytes.png", "image.too_many_pixels"),
     ("header-65535.jpg", "image.too_many_pixels"), ("one-row.png", "image.too_small"),
     ("encrypted.pdf", "pdf.encrypted"), ("pages-2000.pdf", "pdf.too_many_pages"),
     ("box-0.pdf", "pdf.page_too_large"), ("inflating.pdf", "pdf.too_many_bytes"),
     ("inflating-twice.pdf", "pdf.too_complex"), ("picture-60000.pdf", "image.too_many_pixels"),
     ("forms-in-a-circle.pdf", "pdf.too_complex"), ("pages-400.tif", "tiff.too_many_pages")],
)  # fmt: skip
def test_each_class_of_hostile_file_has_its_reason(name: str, reason: str) -> None:
    """The reason tells the sender what to do, so it must be the right one."""
    data = next(file.data for file in HOSTILE if file.name == name)

    with pytest.raises(Unprocessable) as refused:
        decode(data)

    assert refused.value.reason == reason
    assert refused.value.message


def test_there_are_enough_hostile_files_and_they_are_small() -> None:
    """At least 200, different ones, the same for the same seed, under 100 MB together."""
    assert len({file.name for file in HOSTILE}) == len(HOSTILE) >= 200
    assert sum(len(file.data) for file in HOSTILE) < 100_000_000
    assert hostile_files(0) == HOSTILE


_HEAVY = ("inflating", "forms-", "pages-2000")


@pytest.mark.parametrize(
    "file", [one for one in HOSTILE if not one.name.startswith(_HEAVY)], ids=lambda one: one.name
)
def test_hostile_files_are_refused_or_decode(file: HostileFile) -> None:
    """Nothing but Unprocessable ever comes out, and what must be refused is."""
    outcome = outcome_of(file.data)

    assert file.expected == "any" or outcome != "decoded"


_IMAGES = [data for name, data in VALID.items() if not name.endswith(".pdf")]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(_IMAGES), st.data())
def test_mutated_pictures_raise_nothing_else(valid: bytes, data: st.DataObject) -> None:
    """Any bytes changed anywhere: a picture, or Unprocessable."""
    mutated = bytearray(valid)
    places = st.integers(0, len(valid) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=12)):
        mutated[place] = value
    cut = data.draw(st.integers(0, len(valid)) | st.just(len(valid)))

    outcome = outcome_of(bytes(mutated[:cut]))

    assert outcome.split(".")[0] in {"decoded", "file", "image", "media", "tiff"}


_STARTS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\x00\x00\x00WEBP", b"II*\x00",
           b"MM\x00*", b"\x00\x00\x00\x18ftypheic", b"%PDF-1.4\n"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_STARTS), st.binary(max_size=400))
def test_random_bytes_raise_nothing_else(start: bytes, rest: bytes) -> None:
    """Bytes that only begin like a picture are refused with a reason."""
    with pytest.raises(Unprocessable):
        decode(start + rest)


def test_a_reduced_pdf_page_keeps_its_aspect() -> None:
    """A page of 200 inches is drawn smaller, not refused."""
    image = decode(pdf(one_page(b"0 0 14000 7000")))[0].image

    assert max(image.shape) <= 4096
    assert abs(image.shape[1] / image.shape[0] - 2) < 0.01


def test_sniffing_knows_the_brands_of_heif() -> None:
    """HEIC and HEIF are read, AVIF is not."""
    assert sniff(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic") is MediaType.HEIC
    assert sniff(b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic") is MediaType.HEIF
    assert sniff(b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif") is None
    assert sniff(b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1avif") is None
    assert sniff(b"") is None
