"""Reading bodies as they arrive, cut anywhere, and hostile."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.limits import UploadLimits
from ingest.multipart import Received, _FilePart, boundary_of, receive_upload
from ingest.problems import Problem
from ingest.spool import Drawer
from tests.ingest.service import JPEG, PNG

BOUNDARY = b"x-bound"
BOUNDS = UploadLimits(file_max_bytes=10_000, body_max_bytes=30_000)


def _part(name: str, content: bytes, *, filename: str | None = "f") -> bytes:
    tail = "" if filename is None else f'; filename="{filename}"'
    head = f'--x-bound\r\nContent-Disposition: form-data; name="{name}"{tail}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def _body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--x-bound--\r\n"


async def _chunks(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def _receive(*pieces: bytes) -> tuple[Received, list[bytes]]:
    with TemporaryDirectory() as folder, Drawer(Path(folder)) as drawer:
        received = asyncio.run(receive_upload(_chunks(pieces), BOUNDARY, drawer, BOUNDS))
        return received, [one.path.read_bytes() for one in received.files]


@given(cuts=st.lists(st.integers(0, 1000), max_size=8), filler=st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
@example(cuts=[], filler=b"\r\n--x-boun")
@example(cuts=[], filler=b"\r\n--x-bound ")
def test_a_body_may_be_cut_anywhere(cuts: list[int], filler: bytes) -> None:
    """However the network splits it, files and fields come out as they went in."""
    picture = PNG + filler.replace(b"--x-bound", b"")
    body = _body(
        _part("file", picture), _part("subject", b"S1", filename=None), _part("file", JPEG)
    )
    edges = sorted({0, len(body), *(one % len(body) for one in cuts)})

    received, files = _receive(*(body[a:b] for a, b in pairwise(edges)))

    assert files == [picture, JPEG]
    assert [one.sha256 for one in received.files] == [
        hashlib.sha256(one).hexdigest() for one in (picture, JPEG)
    ]
    assert [one.size_bytes for one in received.files] == [len(picture), len(JPEG)]
    assert received.fields == {"subject": "S1"}


_TOKENS = st.sampled_from(
    [
        b"--x-bound\r\n",
        b"--x-bound--",
        b"--x-bound--\r\n",
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b"Content-Disposition: form-data; name=file; filename=f",
        b'Content-Disposition: form-data; name="file"; filename="../../etc/passwd"',
        b'Content-Disposition: form-data; name="subject"',
        b'Content-Disposition: attachment; name="file"',
        b"Content-Disposition: form-data; name*=UTF-8''file",
        b"Content-Type: multipart/mixed; boundary=x-bound",
        b"Content-Transfer-Encoding: base64",
        b":",
        b"\x00",
        b"\xff",
        PNG,
        b"x" * 3000,
        _part("file", PNG),
        _part("file", b""),
        _part("subject", b"\xff", filename=None),
    ]
)


@given(pieces=st.lists(_TOKENS | st.binary(max_size=40), max_size=20))
@settings(max_examples=300, deadline=None)
def test_a_hostile_body_ends_as_a_problem_or_as_an_upload(pieces: list[bytes]) -> None:
    """No mixture of what a form is made of ends in anything else, or grows beyond the bounds."""
    try:
        received, files = _receive(*pieces)
    except Problem as problem:
        ended_as = problem.details.status
    else:
        ended_as = 200
        assert files
        assert all(0 < len(one) <= BOUNDS.file_max_bytes for one in files)
        assert sum(map(len, files)) <= BOUNDS.body_max_bytes
        assert set(received.fields) <= {"subject"}

    assert ended_as in {200, 400, 413, 415, 422}


def test_a_files_name_is_never_used() -> None:
    """Files lie under random names in one folder, whatever a caller calls them."""
    body = _body(_part("file", PNG, filename="../../etc/passwd"), _part("files", JPEG))

    received, _ = _receive(body)

    first, second = (one.path for one in received.files)
    assert first.parent == second.parent
    assert first.name != second.name
    assert "passwd" not in first.name + second.name


def test_what_follows_the_last_boundary_means_nothing() -> None:
    """An epilogue is read over, as RFC 2046 has it."""
    received, _ = _receive(_body(_part("file", PNG)), b"epilogue", _part("file", JPEG))

    assert len(received.files) == 1


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ([_part("file", PNG + b"\0" * 10_000)], 413, "upload.file_too_large"),
        ([_part("file", PNG + b"\0" * 9000)] * 4, 413, "upload.body_too_large"),
        ([_part("subject", b"", filename=None)] * 40, 422, "parameter.repeated"),
    ],
)
def test_bounds_hold(parts: list[bytes], status: int, code: str) -> None:
    """A file and a body have each their own limit."""
    with pytest.raises(Problem) as refused:
        _receive(*parts)

    assert (refused.value.details.status, refused.value.details.code) == (status, code)


def test_a_wrong_format_is_refused_at_its_first_bytes() -> None:
    """The rest of a large text file is not waited for."""
    with pytest.raises(Problem) as refused:
        _receive(_part("file", b"%!PS" + b"x" * 100)[:200])  # No end, no boundary.

    assert refused.value.details.code == "media_type.unsupported"


@pytest.mark.parametrize(
    "content_type",
    [
        'multipart/form-data; boundary="x-bound"',
        "Multipart/Form-Data; charset=utf-8; boundary=x-bound",
    ],
)
def test_a_boundary_is_found_in_any_spelling(content_type: str) -> None:
    """Quotes, case and other parameters make no difference."""
    assert boundary_of(content_type) == BOUNDARY


class ReluctantFile(io.BytesIO):
    """A file that takes two bytes at a time, as a raw one may on a disk nearly full."""

    def write(self, data: Any) -> int:
        """Take the first two bytes."""
        return super().write(bytes(data)[:2])


def test_a_disk_that_takes_a_part_of_a_chunk_gets_the_rest(tmp_path: Path) -> None:
    """The bytes kept must be those that were hashed, or a 2xx would have promised too much."""
    with ExitStack() as opened:
        part = _FilePart(tmp_path / "one", 1, BOUNDS, opened)
        file = part._file = ReluctantFile()

        part.write(memoryview(b"all of it"))

        assert file.getvalue() == b"all of it"
