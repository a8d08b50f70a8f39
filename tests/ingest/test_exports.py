"""Exports, links, thumbnails and attachments, on a real PostgreSQL."""

import csv
import io
import tempfile
import threading
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest

from ingest import export_files
from ingest.export_files import Format, open_table
from ingest.lists import STATUSES
from streams.audit import read_lines
from tests.ingest.house import House, house
from tests.ingest.service import PNG
from tests.support.passes import read

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]
SINCE = {"since": "2000-01-01T00:00:00Z"}
TIE = {"subject_type": "order", "subject_id": "20417", "role": "proof of identity"}


async def exported(one: House, **query: str) -> httpx.Response:
    """Return the answer to an export."""
    return await one.client.get("/v1/exports", params=SINCE | query)


async def test_an_export_has_a_row_for_each_document_in_every_format(dsn: str) -> None:
    """The same values, whatever opens them; and the audit log says who took them."""
    async with house(dsn) as one:
        names = [await one.read_one(PNG + bytes([number])) for number in range(3)]
        tables = [_csv(await exported(one))]
        tables.append(_xlsx(await exported(one, format="xlsx")))
        tables.append(_parquet(await exported(one, format="parquet")))

        for rows in tables:
            assert {row["document_id"] for row in rows} == set(names)
            assert {row["surname"] for row in rows} == {read(1).fields["surname"].value}
            assert {row["status"] for row in rows} == {"accepted"}
        assert [line.action for line in read_lines(dsn, "acme")] == ["documents.exported"] * 3


async def test_an_export_of_an_unknown_status_is_refused_with_those_that_there_are(
    dsn: str,
) -> None:
    """Rather than an empty table; each that there is gives one."""
    async with house(dsn) as one:
        await one.read_one()
        refused = await exported(one, status="lost")
        counts = {status: len(_csv(await exported(one, status=status))) for status in STATUSES}

        assert (refused.status_code, refused.json()["code"]) == (422, "parameter.status")
        assert all(status in refused.json()["detail"] for status in STATUSES)
        assert counts == dict.fromkeys(STATUSES, 0) | {"accepted": 1}


async def test_an_export_leaves_nothing_behind_and_knows_its_filters(dsn: str) -> None:
    """Of another type there is none; an unknown one is refused; no file stays."""
    async with house(dsn) as one:
        await one.read_one()
        none = _csv(await exported(one, document_type="visa"))
        refused = await exported(one, document_type="library_card")
        endless = await one.client.get("/v1/exports")

        assert none == []
        assert refused.json()["code"] == "parameter.document_type"
        assert endless.status_code == 422
        assert not _left(one)


@pytest.mark.parametrize("kind", list(Format))
def test_a_value_is_never_a_formula(kind: Format, tmp_path: Path) -> None:
    """A name that begins like a formula stays a text, zeros in front stay."""
    path = tmp_path / "table"
    with open_table(kind, path, ("a", "b", "c")) as table:
        table.add([{"a": "=1+1", "b": "01234567", "c": None}])

    [row] = {Format.CSV: _csv_rows, Format.XLSX: _xlsx_rows, Format.PARQUET: _parquet_rows}[kind](
        path.read_bytes()
    )

    assert row["a"] in {"=1+1", "'=1+1"}
    assert row["b"] == "01234567"
    assert row["c"] in {None, ""}
    if kind is Format.CSV:
        assert row["a"] == "'=1+1"


def test_rows_of_a_workbook_lie_in_the_folder_that_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed leaves none in the system's temporary folder."""
    spool, system = tmp_path / "spool", tmp_path / "system"
    spool.mkdir()
    system.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(system))
    table = open_table(Format.XLSX, spool / "table", ("a",))
    table.add([{"a": "value " * 5_000} for _ in range(20)])
    under_way = list(spool.iterdir())

    table.close()

    assert under_way
    assert not list(system.iterdir())
    assert list(spool.iterdir()) == [spool / "table"]
    assert len(_xlsx_rows((spool / "table").read_bytes())) == 20


async def test_a_file_is_finished_beside_the_other_callers(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packing a workbook takes seconds, in which the loop answers others."""
    finished_in = []
    kind = export_files._TABLES[Format.XLSX]
    close = kind.close

    def watched(table: export_files.Table) -> None:
        finished_in.append(threading.get_ident())
        close(table)

    monkeypatch.setattr(kind, "close", watched)
    async with house(dsn) as one:
        await exported(one, format="xlsx")

    assert finished_in
    assert threading.get_ident() not in finished_in


async def test_a_page_like_a_ribbon_has_a_thumbnail(dsn: str) -> None:
    """Its short side is never nothing."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        picture = cv2.imencode(".png", np.zeros((20_000, 16, 3), np.uint8))[1].tobytes()
        for page in read(1).pages:
            one.backing.store.put(page.image_key, picture, "image/png")

        small = await one.client.get(f"/v1/documents/{document_id}/pages/1/thumbnail")

        assert small.status_code == 200


async def test_links_open_pictures_for_a_while_without_a_key(dsn: str) -> None:
    """Files, pages and thumbnails; the lifetime is bounded."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        picture = cv2.imencode(".png", np.full((800, 400, 3), 200, np.uint8))[1].tobytes()
        for page in read(1).pages:
            one.backing.store.put(page.image_key, picture, "image/png")
        place = f"/v1/documents/{document_id}"
        links = (await one.client.get(f"{place}/links", params={"expires_s": "60"})).json()
        small = await one.client.get(f"{place}/pages/1/thumbnail")
        refused = await one.client.get(f"{place}/links", params={"expires_s": "86400"})
        missing = await one.client.get(f"{place}/pages/99/thumbnail")

        assert links["expires_s"] == 60
        assert one.backing.store.follow(links["files"][0]["url"]) == PNG
        assert one.backing.store.follow(links["pages"][0]["url"]) == picture
        followed = one.backing.store.follow(links["pages"][0]["thumbnail_url"])
        assert followed == small.content
        decoded = cv2.imdecode(np.frombuffer(small.content, np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        assert max(decoded.shape[:2]) == 320
        assert (refused.status_code, missing.status_code) == (422, 404)


async def test_a_document_is_tied_to_any_subject(dsn: str) -> None:
    """Twice the same tie is one; both sides find each other; it can be untied."""
    async with house(dsn) as one:
        document_id = await one.read_one()
        place = f"/v1/documents/{document_id}/attachments"
        subject = {name: TIE[name] for name in ("subject_type", "subject_id")}
        made = [await one.client.post(place, json=TIE) for _ in range(2)]
        of_document = (await one.client.get(place)).json()["attachments"]
        of_subject = (await one.client.get("/v1/attachments", params=subject)).json()["attachments"]
        await one.client.delete(place, params=TIE)
        await one.client.delete(place, params=TIE)
        after = (await one.client.get(place)).json()["attachments"]

        actions = [line.action for line in read_lines(dsn, "acme", document_id)]
        assert actions == ["document.attached", "document.detached"]
        assert TIE["subject_id"] not in repr(list(read_lines(dsn, "acme", document_id)))
        assert [answer.status_code for answer in made] == [201, 201]
        assert of_document == of_subject
        assert of_document[0].items() >= (TIE | {"document_id": document_id}).items()
        assert (len(of_document), after) == (1, [])


@pytest.mark.parametrize(
    "body", [{}, {"subject_type": "order"}, {"subject_type": "a\nb", "subject_id": "1"}]
)
async def test_a_tie_without_its_parts_is_refused(dsn: str, body: dict[str, str]) -> None:
    """By the name of what is missing."""
    async with house(dsn) as one:
        document_id = await one.read_one()

        answer = await one.client.post(f"/v1/documents/{document_id}/attachments", json=body)

        assert answer.status_code == 422


Rows = list[dict[str, Any]]


def _left(one: House) -> list[Path]:
    spool: Path = one.service.app.state.parts.spool
    return list(spool.iterdir())


def _csv(answer: httpx.Response) -> Rows:
    assert answer.headers["content-type"].startswith("text/csv")
    return _csv_rows(answer.content)


def _csv_rows(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _xlsx(answer: httpx.Response) -> Rows:
    return _xlsx_rows(answer.content)


def _xlsx_rows(content: bytes) -> Rows:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    names, *rows = sheet.iter_rows(values_only=True)
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    return [dict(zip(map(str, names), row, strict=True)) for row in rows]


def _parquet(answer: httpx.Response) -> Rows:
    return _parquet_rows(answer.content)


def _parquet_rows(content: bytes) -> Rows:
    return list(pq.read_table(io.BytesIO(content)).to_pylist())
