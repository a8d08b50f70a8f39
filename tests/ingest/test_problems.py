"""Errors: each has its problem details, and none tells what must not be told."""

import logging
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.ingest.service import PNG, Service, service

pytestmark = pytest.mark.anyio
Call = Callable[[Service], Awaitable[httpx.Response]]
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def _post(content: bytes, **headers: str) -> Call:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda ingest: ingest.client.post("/v1/documents", content=content, headers=named)


def _form(*parts: bytes, end: bytes = b"--b--\r\n") -> Call:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end
    return lambda ingest: ingest.client.post("/v1/documents", content=body, headers=FORM)


def _named(name: str, content: bytes = b"x") -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"; filename="f"\r\n\r\n'
    return head.encode("latin-1") + content


CASES: dict[str, tuple[Call, int, str]] = {
    "no route": (lambda i: i.client.get("/v2"), 404, "route.unknown"),
    "no method": (lambda i: i.client.put("/v1/documents"), 405, "method.not_allowed"),
    "no body": (_post(b""), 415, "body.not_multipart"),
    "JSON": (_post(b"{}", Content_Type="application/json"), 415, "body.not_multipart"),
    "no boundary": (
        _post(b"x", Content_Type="multipart/form-data"),
        400,
        "multipart.malformed",
    ),
    "long boundary": (
        _post(b"x", Content_Type=f"multipart/form-data; boundary={'b' * 71}"),
        400,
        "multipart.malformed",
    ),
    "garbage": (_post(b"garbage", **FORM), 400, "multipart.malformed"),
    "empty form": (_post(b"", **FORM), 400, "multipart.truncated"),
    "cut off": (_form(_named("file", PNG), end=b""), 400, "multipart.truncated"),
    "nameless part": (
        _form(b"Content-Disposition: form-data\r\n\r\nx"),
        400,
        "multipart.malformed",
    ),
    "bare part": (_form(b"\r\nx"), 400, "multipart.malformed"),
    "huge header": (_form(b"X: " + b"y" * 5000 + b"\r\n\r\n"), 400, "multipart.malformed"),
    "many headers": (_form(b"X: y\r\n" * 50 + b"\r\n"), 400, "multipart.malformed"),
    "no file": (_form(_named("reference")), 422, "upload.no_file"),
    "an empty file": (_form(_named("file", b"")), 422, "upload.empty_file"),
    "eleven files": (_form(*[_named("files", PNG)] * 11), 422, "upload.too_many_files"),
    "a text file": (_form(_named("file", b"hello" * 30)), 415, "media_type.unsupported"),
    "a short text": (_form(_named("file", b"hello")), 415, "media_type.unsupported"),
    "a stray field": (_form(_named("typ")), 422, "parameter.unknown"),
    "a field twice": (_form(*[_named("subject")] * 2), 422, "parameter.repeated"),
    "a long field": (_form(_named("subject", b"x" * 5000)), 422, "parameter.subject"),
    "a long subject": (
        _form(_named("file", PNG), _named("subject", b"x" * 201)),
        422,
        "parameter.subject",
    ),
    "a NUL": (_form(_named("file", PNG), _named("subject", b"a\0b")), 422, "parameter.subject"),
    "no UTF-8": (_form(_named("reference", b"\xff")), 422, "parameter.reference"),
    "no type": (
        lambda i: i.upload(PNG, document_type="secret-value"),
        422,
        "parameter.document_type",
    ),
    "no country": (lambda i: i.upload(PNG, country="QQQ"), 422, "parameter.country"),
    "no language": (lambda i: i.upload(PNG, languages="../etc"), 422, "parameter.languages"),
    "no engine": (lambda i: i.upload(PNG, engine="secret-value"), 422, "parameter.engine"),
    "no page number": (
        lambda i: i.client.get(f"/v1/documents/doc_{'a' * 32}/pages/secret-value"),
        422,
        "parameter.invalid",
    ),
    "length no number": (_post(b"", **FORM, Content_Length="x"), 400, "content_length.malformed"),
    "length too large": (
        _post(b"", **FORM, Content_Length="2147483648"),
        413,
        "upload.body_too_large",
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_an_error_has_problem_details(
    ingest: Service, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Status, code and form are as documented; nothing that was sent comes back or is logged."""
    call, status, code = CASES[name]
    caplog.set_level(logging.DEBUG)

    answer = await call(ingest)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:bitaqa:problem:{code}"
    assert answer.json()["status"] == status
    assert answer.json()["title"]
    assert answer.json()["detail"]
    assert answer.json()["instance"] == answer.request.url.path
    logged = [str(vars(one)) for one in caplog.records if one.name != "httpx"]
    assert "secret-" not in answer.json()["detail"] + str(answer.json().get("errors"))
    assert "secret-" not in "".join(logged)
    assert ingest.publisher.records == []


@pytest.mark.parametrize("at_limit", [True, False])
async def test_a_file_may_be_as_large_as_the_setting_says(*, at_limit: bool) -> None:
    """The last byte of the limit is accepted, the next one refused with 413."""
    async with service(upload_max_bytes=len(PNG)) as ingest:
        answer = await ingest.upload(PNG if at_limit else PNG + b"\0")

        assert answer.status_code == (202 if at_limit else 413)
        if not at_limit:
            assert answer.json()["code"] == "upload.file_too_large"
            assert answer.json()["limit_bytes"] == len(PNG)


async def test_every_answer_carries_security_headers(ingest: Service) -> None:
    """Good or bad, with or without a route."""
    for path in ("/health", "/nothing", "/docs", "/v1/documents"):
        answer = await ingest.client.get(path)

        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers


async def test_requests_are_counted_by_template(ingest: Service) -> None:
    """Ids never become labels."""
    await ingest.client.get("/v1/documents/doc_" + "a" * 32)
    await ingest.client.request("BREW", "/v1/pots/secret-value")

    metrics = (await ingest.client.get("/metrics")).text

    assert 'route="/v1/documents/{document_id}",status="404"' in metrics
    assert 'method="other",route="unknown",status="404"' in metrics
    assert "doc_aaaa" not in metrics
    assert "secret-value" not in metrics


async def test_a_bug_is_a_500_that_says_nothing(ingest: Service) -> None:
    """What went wrong is for the log; the caller learns only whose fault it is."""

    def bug(_key: str) -> None:
        raise ZeroDivisionError("division by zero")

    ingest.store.before_put = bug

    answer = await ingest.upload(PNG)

    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert "division" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_description_has_every_error_of_an_upload(ingest: Service) -> None:
    """OpenAPI names each status with an example, and everything it refers to exists."""
    document = (await ingest.client.get("/openapi.json")).json()

    responses = document["paths"]["/v1/documents"]["post"]["responses"]
    assert set(responses) >= {"200", "202", "400", "408", "413", "415", "422", "429", "503"}
    problem = "application/problem+json"
    for status, one in responses.items():
        if int(status) >= 400:
            assert one["content"][problem]["example"]["status"] == int(status)
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in str(document)


async def test_docs_load_nothing_from_elsewhere(ingest: Service) -> None:
    """The page and its parts come from this service, and its policy forbids others."""
    page = await ingest.client.get("/docs")

    assert "http://" not in page.text
    assert "https://" not in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"):
        assert f"/docs/assets/{asset}" in page.text
        assert (await ingest.client.get(f"/docs/assets/{asset}")).status_code == 200


async def test_the_catalogue_lists_the_registry(ingest: Service) -> None:
    """Types and fields are those of the folders, in no second list."""
    types = (await ingest.client.get("/v1/document-types")).json()["document_types"]

    assert "passport" in [one["code"] for one in types]
    assert all(one["title"] for one in types)
