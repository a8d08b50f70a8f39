"""What slots note reaches the runner's metrics."""

import pytest

from schemas.codec import Codec
from schemas.errors import Misconfigured
from schemas.messages import Message
from streams import metrics, tally
from streams.settings import load_settings
from streams.slots import InlineSlots, Job
from tests.support.passes import uploaded
from workers.engines.mistral_options import AiCall, Outcome, Way

KEYED = {"BITAQA_MISTRAL_API_KEY": "hunter2"}


def test_what_work_notes_travels_with_its_outcome_once() -> None:
    """A call of the AI engine is counted by the job that made it, with its cost."""

    def work(_: Message) -> tuple[Message, ...]:
        tally.note_call(AiCall(Outcome.ANSWERED, 0.5, 1000, 50, 2_500_000))
        return ()

    tally.taken()
    slots = InlineSlots(work, Codec())
    slots.submit(Job(1, Codec().encode(uploaded(1))))
    slots.submit(Job(2, Codec().encode(uploaded(1))))
    first, second = slots.collect(0.0)

    assert first.failure is None
    assert first.counts == second.counts
    assert {(one.what, one.labels): one.amount for one in first.counts} == {
        (tally.Counted.AI_CALLS, ("mistral", "answered")): 1,
        (tally.Counted.AI_SECONDS, ("mistral",)): 0.5,
        (tally.Counted.AI_TOKENS, ("mistral", "prompt")): 1000,
        (tally.Counted.AI_TOKENS, ("mistral", "completion")): 50,
        (tally.Counted.AI_COST, ("mistral",)): 2.5,
    }


def test_counts_are_added_to_the_metrics() -> None:
    """The runner's counters grow by what its slots noted."""
    before = _value("bitaqa_ai_calls_total", engine="mistral", outcome="timeout")
    tally.note_call(AiCall(Outcome.TIMEOUT, 20.0))
    tally.add(tally.taken())

    assert _value("bitaqa_ai_calls_total", engine="mistral", outcome="timeout") == before + 1
    assert tally.taken() == ()


def test_there_is_no_mistral_without_a_key() -> None:
    """No key, no engine; an empty variable is no key."""
    assert load_settings({}).mistral is None
    assert load_settings({"BITAQA_MISTRAL_API_KEY": ""}).mistral is None


def test_mistral_is_used_as_the_settings_say() -> None:
    """Countries in any spelling; money in cents; the key stays out of sight."""
    switches = {"BITAQA_MISTRAL_COUNTRIES": "TN, FRA", "BITAQA_MISTRAL_TENANTS": "acme"}
    options = load_settings(
        {**KEYED, **switches, "BITAQA_MISTRAL_BUDGET_CENTS": "25", "BITAQA_MISTRAL_WAY": "chat"}
    ).mistral

    assert options is not None
    assert options.countries == {"TUN", "FRA"}
    assert options.tenants == {"acme"}
    assert options.budget_micros == 250_000
    assert options.way is Way.CHAT
    assert "hunter2" not in repr(options)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("MISTRAL_COUNTRIES", "TUN,Atlantis"),
        ("MISTRAL_PRICES", "1,2"),
        ("MISTRAL_WAY", "pigeon"),
        ("MISTRAL_BUDGET_CENTS", "0"),
    ],
)
def test_what_mistral_cannot_work_with_is_refused_by_name(name: str, text: str) -> None:
    """A switch with a typing mistake must not mean everybody."""
    with pytest.raises(Misconfigured, match=name):
        load_settings({**KEYED, f"BITAQA_{name}": text})


def _value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0
