import json

from schemas.messages import FieldsExtracted, Request
from tests.workers.reading_fakes import (
    MRV_A,
    NOW,
    TD3,
    TODAY,
    FakeMrz,
    FakeText,
    prepared,
    reading_of,
    tools,
)
from workers.extract import extract
from workers.result import result_object
from workers.validate import validate

KEYS = [
    "document_id", "document_type", "country", "status", "confidence", "fields", "mrz",
    "findings", "text", "pages",
]  # fmt: skip


def test_the_result_has_the_keys_of_the_contract_and_keeps_ours_inside() -> None:
    """Callers get what they were promised, in order; tenant and store keys stay here."""
    request = Request(reference="case 17")
    mrz = FakeMrz(reading_of(TD3), reading_of(MRV_A))
    read = extract(prepared("passport", request=request), tools(mrz))
    assert isinstance(read, FieldsExtracted)

    result = result_object(validate(read, TODAY, NOW))

    text = json.dumps(result)
    assert list(result)[: len(KEYS)] == KEYS
    assert {"also_found", "timings_ms", "versions"} <= set(result)
    assert list(result["fields"]["surname"]) == [
        "value", "raw", "confidence", "source", "engine", "page", "box", "grounded",
    ]  # fmt: skip
    assert result["mrz"] == {"format": "TD3", "lines": list(TD3), "valid": True}
    assert result["also_found"][0]["document_type"] == "visa"
    assert {"width_px", "height_px", "rotation_deg", "quality"} <= set(result["pages"][0])
    for ours in ("tenant", "image_key", "case 17"):
        assert ours not in text


def test_text_lines_stand_on_their_page() -> None:
    """Words, lines and boxes come with the text; other types carry no empty lists."""
    read = extract(prepared("text"), tools(text=FakeText("Good morning")))
    assert isinstance(read, FieldsExtracted)

    result = result_object(validate(read, TODAY, NOW))

    assert result["text"] == "Good morning"
    assert result["mrz"] is None
    words = result["pages"][0]["lines"][0]["words"]
    assert [word["text"] for word in words] == ["Good", "morning"]
