"""The prepare stage: from uploaded files to stored pages of a type."""

import hashlib
from dataclasses import replace

import cv2
import numpy as np
import pytest

from schemas.codec import Codec
from schemas.documents import MrzReading, Severity, TextLine
from schemas.errors import Unavailable, Unprocessable
from schemas.messages import DocumentUploaded, FileRef, Request
from tests.support.valid_files import valid_files
from tests.workers.imaging.scenes import Corners, card, photo
from tests.workers.reading_fakes import NOW, TD1, TD3, TODAY, FakeMrz, FakeText, reading_of
from workers.blobs import MemoryBlobs
from workers.imaging.encode import load_page
from workers.imaging.limits import Limits
from workers.imaging.orientation import turned
from workers.ports import Image, Layout, Tools
from workers.prepare import prepare

WORDS = "several words that stand upon this page and are good text"


class MrzOnLargePages(FakeMrz):
    """Finds its readings only where the page is at least so wide: a crop loses them."""

    width_px = 0

    def read(
        self,
        page: Image,
        *,
        turns: tuple[int, ...] = (0, 90, 180, 270),
        thorough: bool = True,
    ) -> tuple[MrzReading, ...]:
        """Return the readings of a wide page."""
        return self._readings if page.shape[1] >= self.width_px else ()


class TextAtOneTurn(FakeText):
    """Reads its text only when the page's brightest edge is on top."""

    def read(
        self, image: Image, languages: tuple[str, ...], layout: Layout = Layout.PAGE
    ) -> tuple[TextLine, ...]:
        """Return lines where the page is upright."""
        rim = image.shape[0] // 10
        upright = image[:rim].mean() > 240 and image[:, :4].mean() < 240
        return super().read(image, languages, layout) if upright else ()


def tools(mrz: FakeMrz | None = None, text: FakeText | None = None) -> Tools:
    """Return tools with an empty store."""
    return Tools(MemoryBlobs(), text or FakeText(), mrz or FakeMrz(), lambda: TODAY)


def upload(
    using: Tools, *files: bytes, request: Request | None = None, document_id: str = "d1"
) -> DocumentUploaded:
    """Store files and return the message about them."""
    refs = []
    for number, data in enumerate(files, 1):
        key = f"originals/t1/{document_id}/{number}"
        using.blobs.put(key, data, "image/jpeg")
        refs.append(FileRef(key, hashlib.sha256(data).hexdigest(), len(data), "image/jpeg"))
    return DocumentUploaded(document_id, "t1", 1, request or Request(), NOW, tuple(refs))


def jpeg(picture: Image) -> bytes:
    """Return a picture as a camera would send it."""
    return cv2.imencode(".jpg", picture)[1].tobytes()


def test_a_passport_is_known_by_its_zone_and_its_page_is_stored() -> None:
    """Type, country, route and candidates come from the MRZ; the page can be loaded again."""
    using = tools(FakeMrz(reading_of(TD3)))

    prepared = prepare(upload(using, jpeg(card())), using)

    assert (prepared.document_type, prepared.country) == ("passport", "UTO")
    assert prepared.route == "intl"
    assert prepared.candidates[0].document_type == "passport"
    assert prepared.findings == ()
    page = prepared.pages[0]
    assert page.image_key == "pages/t1/d1/1/1.jpg"
    stored = load_page(using.blobs.get(page.image_key))
    assert stored.shape[:2] == (page.height_px, page.width_px)
    assert page.rotation_deg == 0
    assert page.quality.sharpness > 0.5
    assert {"load", "decode", "upright", "quality", "store", "total", "cpu"} <= set(
        prepared.timings_ms
    )
    assert prepared.versions["fake-mrz"] == "7"


def test_the_message_survives_its_avro_form() -> None:
    """What prepare says can be sent."""
    using = tools(FakeMrz(reading_of(TD3)))
    prepared = prepare(upload(using, jpeg(card())), using)

    assert Codec().decode(Codec().encode(prepared)) == prepared


def test_preparing_again_gives_the_same_keys_and_bytes() -> None:
    """A repetition after a crash changes nothing."""
    picture, _ = photo(2, card(2), 0.7)
    using = tools(FakeMrz(reading_of(TD3)))
    message = upload(using, jpeg(picture), encoded_png())

    first = prepare(message, using)
    bytes_first = [using.blobs.get(page.image_key) for page in first.pages]
    second = prepare(message, using)

    assert second.pages == first.pages
    assert [using.blobs.get(page.image_key) for page in second.pages] == bytes_first


def encoded_png() -> bytes:
    """Return a small PNG."""
    return valid_files()["small.png"]


def test_the_zone_decides_the_turn() -> None:
    """A page on its side is stored upright and says by how much it was turned."""
    drawn = card(1)
    using = tools(FakeMrz(replace(reading_of(TD3), turn_deg=90.0)))

    prepared = prepare(upload(using, jpeg(turned(drawn, 270))), using)

    page = prepared.pages[0]
    assert page.rotation_deg == 90
    assert (page.width_px, page.height_px) == (drawn.shape[1], drawn.shape[0])
    stored = load_page(using.blobs.get(page.image_key)).astype(np.float32)
    assert np.abs(stored - drawn).mean() < 6


@pytest.mark.parametrize("given", [0, 90, 180, 270])
def test_without_a_zone_the_text_decides_the_turn(given: int) -> None:
    """Of four turns the one at which the engine reads wins."""
    drawn = cv2.copyMakeBorder(card(1), 120, 0, 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    using = tools(text=TextAtOneTurn(WORDS))

    prepared = prepare(upload(using, jpeg(turned(np.asarray(drawn, np.uint8), -given))), using)

    assert prepared.pages[0].rotation_deg == given
    assert prepared.document_type == "text"


class MisreadUpsideDown(FakeText):
    """Finds many poor words first, good ones at the second look."""

    def read(
        self, image: Image, languages: tuple[str, ...], layout: Layout = Layout.PAGE
    ) -> tuple[TextLine, ...]:
        """Return poor words once, good ones from then on."""
        self._confidence = 0.95 if self.asked else 0.55
        return super().read(image, languages, layout)


def test_many_poor_words_do_not_pass_for_upright() -> None:
    """Dense text upside down looks like text to an engine, only less sure."""
    using = tools(text=MisreadUpsideDown(f"{WORDS} {WORDS}", f"{WORDS} {WORDS}"))

    prepared = prepare(upload(using, jpeg(card())), using)

    assert prepared.pages[0].rotation_deg == 180


def zone_on(corners: Corners) -> MrzReading:
    """Return the reading of a zone in the lower part of the document with these corners."""

    def on(across: float, down: float) -> tuple[float, float]:
        left = corners[0] + (corners[3] - corners[0]) * down
        right = corners[1] + (corners[2] - corners[1]) * down
        x, y = left + (right - left) * across
        return float(x), float(y)

    reading = reading_of(TD1)
    quads = tuple(
        (on(0.1, top), on(0.9, top), on(0.9, top + 0.04), on(0.1, top + 0.04))
        for top in (0.8, 0.86, 0.92)
    )
    return replace(reading, line_quads=quads)


def test_a_document_in_a_photo_is_cut_out() -> None:
    """The stored page is the card, with its resolution known; its zone stands on it."""
    picture, corners = photo(5, card(5), 0.6)
    using = tools(FakeMrz(zone_on(corners)))

    prepared = prepare(upload(using, jpeg(picture)), using)

    page = prepared.pages[0]
    assert prepared.zones is not None
    (left, top), (right, low), *_ = prepared.zones[0].reading.line_quads[0]
    assert left < 0.2
    assert right > 0.8
    assert 0.75 < top < 0.85
    assert abs(top - low) < 0.02
    assert page.width_px < 0.8 * picture.shape[1]
    assert abs(page.width_px / page.height_px - 1.586) < 0.2
    assert page.quality.resolution_dpi is not None


def test_a_crop_that_loses_the_zone_is_given_up() -> None:
    """Where the MRZ is read on the whole picture only, or would lie outside, that goes on."""
    picture, corners = photo(5, card(5), 0.6)
    below = [[x, y + 0.6] for x, y in corners]
    unsure = MrzOnLargePages(reading_of(TD1, supported=False))
    unsure.width_px = picture.shape[1]

    for mrz in (unsure, FakeMrz(zone_on(np.array(below, np.float32)))):
        using = tools(mrz)
        page = prepare(upload(using, jpeg(picture)), using).pages[0]

        assert (page.width_px, page.height_px) == (picture.shape[1], picture.shape[0])


def test_text_without_a_document_is_text() -> None:
    """A page that the engine can read, but no type knows."""
    using = tools(text=FakeText(WORDS))

    prepared = prepare(upload(using, jpeg(card())), using)

    assert prepared.document_type == "text"
    assert prepared.findings == ()


def test_neither_document_nor_text_is_unknown() -> None:
    """A blank page is an error that a person can act on; no engine is asked to read it."""
    text = FakeText("ghost words that an engine may see")
    using = tools(text=text)

    prepared = prepare(upload(using, jpeg(np.full((400, 600, 3), 180, np.uint8))), using)

    assert prepared.document_type == "unknown"
    assert [(one.code, one.severity) for one in prepared.findings] == [
        ("document.not_found", Severity.ERROR)
    ]
    assert text.asked == []


def test_a_wrong_hint_is_a_finding_and_no_wrong_reading() -> None:
    """Where the picture speaks for another type, it is read as that one, with a warning."""
    using = tools(FakeMrz(reading_of(TD3)))

    wrong = prepare(upload(using, jpeg(card()), request=Request(document_type="visa")), using)
    right = prepare(upload(using, jpeg(card()), request=Request(document_type="passport")), using)

    assert wrong.document_type == "passport"
    assert [one.code for one in wrong.findings] == ["type.hint_contradicted"]
    assert right.findings == ()


@pytest.mark.parametrize("country", ["TN", "tn", "TUN"])
def test_the_country_is_taken_in_both_forms(country: str) -> None:
    """Two letters and three mean the same."""
    using = tools(FakeMrz(reading_of(TD3)))
    message = upload(using, jpeg(card()), request=Request(country=country))

    assert prepare(message, using).country == "TUN"


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Request(document_type="library_card"), "type.unknown"),
        (Request(country="XYZ1"), "country.unknown"),
    ],
)
def test_hints_that_mean_nothing_are_refused(request_: Request, reason: str) -> None:
    """Rather than being ignored."""
    using = tools()

    with pytest.raises(Unprocessable) as refused:
        prepare(upload(using, jpeg(card()), request=request_), using)

    assert refused.value.reason == reason


def test_bytes_that_are_not_the_uploaded_ones_are_refused() -> None:
    """A store that gives back something else is noticed."""
    using = tools()
    message = upload(using, jpeg(card()))
    using.blobs.put(message.files[0].key, jpeg(card(1)), "image/jpeg")

    with pytest.raises(Unprocessable) as refused:
        prepare(message, using)

    assert refused.value.reason == "object.corrupt"


def test_files_that_cannot_be_read_say_why() -> None:
    """The decoder's reason is the stage's reason."""
    using = tools()

    with pytest.raises(Unprocessable) as refused:
        prepare(upload(using, jpeg(card())[:9000]), using)

    assert refused.value.reason == "image.truncated"


def test_pages_are_numbered_over_all_files_and_bounded() -> None:
    """Two sides and a PDF make three pages; one more than allowed is refused."""
    using = tools(FakeMrz(reading_of(TD3)))
    side = jpeg(card())
    message = upload(using, side, side, valid_files()["small.pdf"])

    prepared = prepare(message, using)

    assert [(page.number, page.file) for page in prepared.pages] == [(1, 1), (2, 2), (3, 3)]
    with pytest.raises(Unprocessable) as refused:
        prepare(message, using, Limits(pages_max=2))
    assert refused.value.reason == "document.too_many_pages"


def test_a_store_that_is_down_is_no_fault_of_the_document() -> None:
    """Unavailable passes through as it is."""

    class DownBlobs(MemoryBlobs):
        def put(self, key: str, data: bytes, media_type: str) -> None:
            if key.startswith("pages/"):
                raise Unavailable("store", "the store does not answer")
            super().put(key, data, media_type)

    using = replace(tools(FakeMrz(reading_of(TD3))), blobs=DownBlobs())

    with pytest.raises(Unavailable):
        prepare(upload(using, jpeg(card())), using)


def test_nothing_of_the_upload_is_stored_again() -> None:
    """A payload in the metadata does not reach the page: pages are encoded anew."""
    data = jpeg(card())
    comment = b"\xff\xfe" + (2 + 30).to_bytes(2, "big") + b"SECRET-PAYLOAD-IN-THE-COMMENT."
    using = tools(FakeMrz(reading_of(TD3)))

    prepared = prepare(upload(using, data[:2] + comment + data[2:]), using)

    assert b"SECRET" not in using.blobs.get(prepared.pages[0].image_key)


def test_line_art_is_kept_without_loss() -> None:
    """A black and white scan becomes a PNG."""
    page = np.full((1200, 900, 3), 255, np.uint8)
    for row in range(20):
        cv2.putText(page, "BLACK ON WHITE", (60, 60 + 50 * row), 0, 1.2, (0, 0, 0), 2)
    using = tools(text=FakeText(WORDS))
    message = upload(using, cv2.imencode(".png", page)[1].tobytes())

    prepared = prepare(message, using)

    assert prepared.pages[0].image_key.endswith(".png")
    assert (load_page(using.blobs.get(prepared.pages[0].image_key)) == page).all()
