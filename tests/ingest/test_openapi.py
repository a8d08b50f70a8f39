"""The OpenAPI document: what generators of clients read."""

from typing import Any

import pytest

from ingest.access import Needs, access_of
from ingest.openapi_examples import EXAMPLES
from tests.ingest.service import Backing, secured
from tests.ingest.test_access import _routes

APP = Backing().app(secured())
DOCUMENT = APP.openapi()
WITH_EXAMPLES = {"application/json", "multipart/form-data", "text/event-stream", "text/plain"}
OPERATIONS = [
    pytest.param(path, method, id=f"{method} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
]


def _operation(path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][path][method]
    return found


def test_it_says_which_scopes_a_route_needs() -> None:
    """Security of each operation is what its route checks; open ones have none."""
    for route in _routes():
        for access in access_of(route):
            if route.path_format not in DOCUMENT["paths"]:
                continue
            for method in route.methods or ():
                said = _operation(str(route.path_format), method.lower()).get("security")
                if isinstance(access, Needs):
                    assert said is not None
                    assert said[0] == {"bearer": [one.value for one in access.scopes]}
                else:
                    assert said is None


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_error_is_a_problem_with_an_example(path: str, method: str) -> None:
    """What a client may meet is described, in the one form that errors have."""
    answers = _operation(path, method)["responses"]
    errors = {code: one for code, one in answers.items() if code[0] in "45"}
    if path.startswith("/schema-registry") or path == "/ready":
        return  # Their errors have forms of their own.

    assert "security" not in _operation(path, method) or {"401", "403", "429"} <= set(errors)
    for one in errors.values():
        content = one["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
        assert content["example"]["code"]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation_is_described(path: str, method: str) -> None:
    """Each has a name that generators can use, a summary and a sentence."""
    operation = _operation(path, method)

    assert operation["operationId"]
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]


def _has_example(content: dict[str, Any]) -> bool:
    fields = list(content.get("schema", {}).get("properties", {}).values())
    are_files = bool(fields) and all("binary" in str(one) for one in fields)
    told = any("example" in one for one in fields)
    return bool({"example", "examples"} & set(content)) or told or are_files


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_body_and_every_good_answer_has_an_example(path: str, method: str) -> None:
    """A reader sees what goes in and what comes out; pictures and tables speak for themselves."""
    operation = _operation(path, method)
    good = [one for code, one in operation["responses"].items() if code[0] == "2"]
    contents = [
        (kind, content)
        for place in (*good, operation.get("requestBody", {}))
        for kind, content in place.get("content", {}).items()
        if kind in WITH_EXAMPLES
    ]

    assert not [kind for kind, content in contents if not _has_example(content)]


def test_no_example_is_stale() -> None:
    """Each stands for an operation and an answer that exist."""
    places = {
        f"{method.upper()} {path} {name}"
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
        for name in (*operation["responses"], "body")
    }

    assert set(EXAMPLES) <= places
