"""Settings: what does not work is refused by name before anything starts."""

import pytest

from schemas.errors import Misconfigured
from streams.settings import PREFIX, SETTINGS, load_settings, required


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "60,0", "60,,600", ","])
@pytest.mark.parametrize("name", ["SLOTS", "KAFKA_PARTITIONS", "RETRY_DELAYS_S"])
def test_a_number_that_nothing_can_work_with_is_refused_by_name(name: str, value: str) -> None:
    """No slots would mean a worker that turns round for ever and reads nothing."""
    with pytest.raises(Misconfigured, match=f"BITAQA_{name} must be"):
        load_settings({f"BITAQA_{name}": value})


@pytest.mark.parametrize("name", ["METRICS_PORT", "HTTP_PORT", "WAIT_MAX_S"])
def test_zero_has_a_meaning_where_the_table_says_so(name: str) -> None:
    """Any free port, or no waiting."""
    load_settings({f"BITAQA_{name}": "0"})


def test_no_value_is_repeated_in_a_refusal() -> None:
    """A secret that was put under the wrong name stays out of the log."""
    with pytest.raises(Misconfigured) as caught:
        load_settings({"BITAQA_SLOTS": "hunter2"})

    assert "hunter2" not in str(caught.value)


def test_several_delays_are_several_topics() -> None:
    """In the order in which they are tried."""
    assert load_settings({"BITAQA_RETRY_DELAYS_S": "5, 60"}).retry_delays_s == (5, 60)


def test_an_empty_environment_gives_the_defaults() -> None:
    """Nothing has to be set to look around; an empty variable counts as unset."""
    settings = load_settings({f"{PREFIX}S3_REGION": ""})

    assert settings.kafka.bootstrap_servers == "localhost:9092"
    assert settings.store.s3_region == "us-east-1"
    assert settings.retry_delays_s == (60, 600)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LOG_LEVEL", "nonsense"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(name: str, text: str) -> None:
    """A word that is none of the choices is not taken for one."""
    with pytest.raises(Misconfigured, match=PREFIX + name):
        load_settings({PREFIX + name: text})


def test_what_is_missing_is_told_with_its_meaning() -> None:
    """The cure stands in the message."""
    with pytest.raises(Misconfigured, match="BITAQA_SECRET is not set: 32 characters or more"):
        required(None, "SECRET")


def test_secrets_stay_out_of_the_repr() -> None:
    """A logged settings object gives nothing away."""
    secrets = [one.name for one in SETTINGS if one.secret]

    shown = repr(load_settings({PREFIX + name: "hunter2-hunter2" for name in secrets}))

    assert "hunter2" not in shown
