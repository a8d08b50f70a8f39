"""Many documents at once, on a real PostgreSQL."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ingest import archives
from ingest.archives import Refused, files_of_archive, room
from ingest.multipart import ReceivedFile
from streams.erasing import remove_objects
from streams.metrics import REGISTRY
from tests.ingest.house import House, house
from tests.ingest.service import JPEG, PNG

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return made.getvalue()


async def sent(one: House, *files: bytes, **fields: str) -> dict[str, Any]:
    """Hand a batch in and return the answer of its own address."""
    parts = [("file", (f"{number}", content)) for number, content in enumerate(files)]
    answer = await one.client.post("/v1/batches", files=parts, data=fields)
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = (await one.client.get(answer.headers["location"])).json()
    return body


async def test_every_file_becomes_a_document_or_says_why_not(dsn: str) -> None:
    """A bad file is refused by itself; the others are taken, as if handed in alone."""
    async with house(dsn) as one:
        batch = await sent(one, PNG, b"no picture", b"", JPEG, country="TN")
        again = await sent(one, PNG, country="TN")

        assert [item.get("code") for item in batch["items"]] == [
            None,
            "media_type.unsupported",
            "upload.empty_file",
            None,
        ]
        assert batch["counts"] == {"pending": 2, "refused": 2}
        assert (batch["status"], batch["documents"], batch["done"]) == ("pending", 4, 2)
        uploads = one.service.publisher.uploaded()
        assert {upload.request.country for upload in uploads} == {"TUN"}
        assert again["items"][0]["document_id"] == batch["items"][0]["document_id"]
        assert len(uploads) == 2


def uploads(outcome: str) -> float:
    """Return how many uploads came to an outcome so far."""
    return REGISTRY.get_sample_value("bitaqa_uploads_total", {"outcome": outcome}) or 0.0


async def test_each_file_of_a_batch_is_counted_as_an_upload(dsn: str) -> None:
    """As if handed in alone; a batch that is refused or not stored as a whole counts once."""
    outcomes = ("created", "repeated", "refused", "unavailable")
    async with house(dsn) as one:
        before = [uploads(outcome) for outcome in outcomes]
        stored = REGISTRY.get_sample_value("bitaqa_upload_bytes_total") or 0.0

        await sent(one, PNG, JPEG, b"no picture", PNG)
        await one.client.post("/v1/batches", json={"keys": []})
        one.backing.store.down = "manifests"
        down = await one.client.post("/v1/batches", files={"file": ("a", PNG + b"later")})

        assert down.status_code == 503
        after = [uploads(outcome) for outcome in outcomes]
        assert [new - old for new, old in zip(after, before, strict=True)] == [2, 1, 2, 1]
        now_stored = REGISTRY.get_sample_value("bitaqa_upload_bytes_total") or 0.0
        assert now_stored - stored == len(PNG) + len(JPEG)


async def test_an_archive_is_unpacked(dsn: str) -> None:
    """Its files are documents; what systems add to archives is none."""
    archive = zipped(
        ("a/one.png", PNG),
        ("__MACOSX/a/._one.png", b"x"),
        (".DS_Store", b"x"),
        ("notes.txt", b"words"),
        ("two.jpg", JPEG),
    )
    async with house(dsn) as one:
        batch = await sent(one, archive, PNG + b"three")

        codes = [item.get("code") for item in batch["items"]]
        assert codes == [None, "media_type.unsupported", None, None]
        assert len(one.service.publisher.uploaded()) == 3


async def test_a_batch_is_done_when_every_document_is(dsn: str) -> None:
    """Progress follows the documents."""
    async with house(dsn) as one:
        await one.read_one(PNG)
        batch = await sent(one, PNG)

        assert batch["counts"] == {"accepted": 1}
        assert batch["status"] == "done"


async def test_an_erased_document_leaves_its_batch_done_and_without_its_id(dsn: str) -> None:
    """Nobody waits for what never comes."""
    async with house(dsn) as one:
        document_id = await one.read_one(PNG)
        batch = await sent(one, PNG, JPEG)
        await one.client.post(f"/v1/documents/{document_id}/erase")
        after = (await one.client.get(f"/v1/batches/{batch['batch_id']}")).json()

        assert after["items"][0] == {"number": 1, "status": "erased", "code": "document.erased"}
        assert after["counts"] == {"erased": 1, "pending": 1}


async def test_a_deleted_document_shows_no_verdict_in_its_batch(dsn: str) -> None:
    """Until it is restored."""
    async with house(dsn) as one:
        document_id = await one.read_one(PNG)
        place = f"/v1/documents/{document_id}"
        batch = await sent(one, PNG)
        await one.client.delete(place)
        deleted = (await one.client.get(f"/v1/batches/{batch['batch_id']}")).json()
        await one.client.post(f"{place}/restore")
        restored = (await one.client.get(f"/v1/batches/{batch['batch_id']}")).json()

        assert (deleted["items"][0]["status"], deleted["counts"]) == ("deleted", {"deleted": 1})
        assert deleted["status"] == "done"
        assert restored["counts"] == {"accepted": 1}


async def test_objects_of_the_store_are_read_from_the_tenants_own_folder(dsn: str) -> None:
    """Nobody reads another tenant's objects, nor those of the service itself."""
    async with house(dsn) as one:
        one.backing.store.put("incoming/acme/one.png", PNG, "image/png")
        own = await one.client.post(
            "/v1/batches", json={"keys": ["incoming/acme/one.png", "incoming/acme/none.png"]}
        )
        batch = (await one.client.get(own.headers["location"])).json()
        foreign = [
            await one.client.post("/v1/batches", json={"keys": [key]})
            for key in ("incoming/other/one.png", "manifests/acme/x", "incoming/acme/../other/x")
        ]

        assert [item.get("code") for item in batch["items"]] == [None, "object.missing"]
        assert [answer.status_code for answer in foreign] == [422, 422, 422]


async def test_an_object_that_is_too_large_is_refused_by_itself(dsn: str) -> None:
    """The one behind it is taken."""
    async with house(dsn) as one:
        bounds = one.service.app.state.parts.bounds
        too_large = PNG + b"\0" * bounds.file_max_bytes
        one.backing.store.put("incoming/acme/1.png", too_large, "image/png")
        one.backing.store.put("incoming/acme/2.png", PNG, "image/png")
        keys = ["incoming/acme/1.png", "incoming/acme/2.png"]
        answer = await one.client.post("/v1/batches", json={"keys": keys})
        batch = (await one.client.get(answer.headers["location"])).json()

        assert [item.get("code") for item in batch["items"]] == ["upload.file_too_large", None]


async def test_an_erasure_takes_the_objects_that_the_document_was_made_from(dsn: str) -> None:
    """Every one that held it, also where it was handed in before; not what stands there since."""
    async with house(dsn) as one:
        store = one.backing.store
        names = [f"incoming/acme/{name}.png" for name in ("one", "again", "replaced", "other")]
        for name in names:
            store.put(name, JPEG if "other" in name else PNG, "image/png")
        answer = await one.client.post("/v1/batches", json={"keys": names})
        batch = (await one.client.get(answer.headers["location"])).json()
        store.put(names[2], JPEG, "image/png")
        document_id = batch["items"][0]["document_id"]
        assert "incoming" not in repr(one.service.publisher.uploaded())

        erased = await one.client.post(f"/v1/documents/{document_id}/erase")
        remove_objects(store, "acme", document_id)

        assert erased.status_code == 202
        assert list(store.keys("incoming/")) == sorted(names[2:])
        assert len(list(store.keys("origins/"))) == 1
        assert not [key for key in store.keys("") if document_id in key and "manifest" not in key]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"keys": []}', b'{"keys": [7]}', b"\xff"])
async def test_a_body_that_names_no_keys_is_refused(dsn: str, body: bytes) -> None:
    """With the form that it should have."""
    async with house(dsn) as one:
        headers = {"Content-Type": "application/json"}

        answer = await one.client.post("/v1/batches", content=body, headers=headers)

        assert answer.status_code == 422
        assert answer.json()["code"] == "batch.keys"


async def test_a_batch_of_nobody_is_404(dsn: str) -> None:
    """Whatever its name."""
    async with house(dsn) as one:
        assert (await one.client.get("/v1/batches/batch_x")).status_code == 404


def taken(archive: bytes, folder: Path, size_max: int = 10_000) -> list[ReceivedFile | Refused]:
    """Return what an archive's files become."""
    path = folder / "archive"
    path.write_bytes(archive)
    return list(files_of_archive(path, folder / "file", size_max, room()))


def test_a_bomb_is_refused_by_what_it_unpacks_to(tmp_path: Path) -> None:
    """Whatever size it claims; nothing larger than the bound lands on the disk."""
    bomb = zipped(("bomb.png", PNG + b"\0" * 50_000_000), ("good.png", PNG))

    refused, good = taken(bomb, tmp_path)

    assert refused == Refused("upload.file_too_large")
    assert isinstance(good, ReceivedFile)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_without_a_bound_is_refused_unopened(tmp_path: Path, method: int) -> None:
    """A few hundred bytes would fill the memory before the first of them is counted."""
    bomb = zipped(("bomb.png", PNG + b"\0" * 50_000_000), method=method)
    assert len(bomb) < 20_000

    assert taken(bomb, tmp_path) == [Refused("archive.compression")]


def test_a_long_directory_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders and hidden files count, too: each line takes memory."""
    archive = zipped(*((f"folder{number}/", b"") for number in range(6)))
    monkeypatch.setattr(archives, "LISTED_MAX", 5)

    assert taken(archive, tmp_path) == [Refused("archive.too_many_files")]


async def test_archives_of_a_batch_share_their_bounds(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many small archives unpack to no more than one."""
    monkeypatch.setattr(archives, "ENTRIES_MAX", 3)
    many = [zipped(*((f"{n}.png", PNG + bytes([k, n])) for n in range(2))) for k in range(3)]
    async with house(dsn) as one:
        batch = await sent(one, *many)

        codes = [item.get("code") for item in batch["items"]]
        assert codes == [None, None, None, "archive.too_many_files", "archive.too_many_files"]


def test_an_archive_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In files and in bytes: the rest is told once."""
    archive = zipped(*((f"{number}.png", PNG + bytes([number])) for number in range(5)))
    monkeypatch.setattr(archives, "ENTRIES_MAX", 2)
    assert taken(archive, tmp_path)[2:] == [Refused("archive.too_many_files")]
    monkeypatch.setattr(archives, "ENTRIES_MAX", 100)
    monkeypatch.setattr(archives, "TOTAL_BYTES_MAX", 150)

    assert Refused("archive.too_large") in taken(archive, tmp_path)


@pytest.mark.parametrize("cut", [5, 30, 120])
def test_a_damaged_archive_is_refused(tmp_path: Path, cut: int) -> None:
    """With one word, not a crash."""
    archive = zipped(("one.png", PNG), ("two.png", PNG + b"2"))

    assert taken(archive[:-cut], tmp_path) == [Refused("archive.malformed")]


def test_a_damaged_file_in_an_archive_is_refused_by_itself(tmp_path: Path) -> None:
    """Whichever of its bytes is wrong; the one beside it is taken."""
    good = zipped(("one.png", PNG + bytes(range(200))), ("two.png", PNG + b"2"))
    begin = good.index(b"one.png") + len("one.png")
    for place in range(begin, begin + 60):
        bad = bytearray(good)
        bad[place] ^= 0xFF

        assert taken(bytes(bad), tmp_path)[0] == Refused("archive.malformed")
        assert isinstance(taken(bytes(bad), tmp_path)[1], ReceivedFile)


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    """Nobody has told the word."""
    archive = bytearray(zipped(("one.png", PNG)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        archive[archive.index(mark) + offset] |= 1

    assert taken(bytes(archive), tmp_path) == [Refused("archive.encrypted")]
