import re

import pytest
from prometheus_client.metrics_core import Metric

from streams.metrics import REGISTRY
from streams.settings import PREFIX, SETTINGS
from streams.topology import Topic, topology
from tests.deploy.sources import (
    ALERTS,
    DEPLOY,
    RUNBOOK,
    SUFFIXES,
    panels,
    rules,
    series_names,
)

TEXT = RUNBOOK.read_text("utf-8")
NAMES = sorted({rule["alert"] for rule in rules(ALERTS)})


def sections() -> dict[str, str]:
    """Return the text below each heading of the third level."""
    parts = re.split(r"^#{2,3} (.+)$", TEXT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_every_alert_has_a_section_with_meaning_and_cure(name: str) -> None:
    """Whoever is woken finds what it means, where to look and what to do."""
    section = sections()[name]

    for word in ("**Means.**", "**Look.**", "**Cure.**"):
        assert word in section


def test_no_section_tells_of_an_alert_that_is_gone() -> None:
    """The chapter of alerts has exactly the alerts of the rules."""
    chapter = TEXT.split("## Alerts")[1].split("\n## ")[0]

    assert sorted(re.findall(r"^### (.+)$", chapter, re.MULTILINE)) == NAMES


@pytest.mark.parametrize("family", list(REGISTRY.collect()), ids=lambda one: one.name)
def test_every_metric_has_its_row(family: Metric) -> None:
    """Name as Prometheus shows it, kind and meaning, as the code tells them."""
    suffix = "_total" if family.type == "counter" else ""

    assert f"| `{family.name}{suffix}` | {family.type} |" in TEXT
    assert f"| {family.documentation} |" in TEXT


def test_metrics_that_are_named_exist() -> None:
    """The page never sends anybody to a metric that is not there."""
    bases = {family.name for family in REGISTRY.collect() if family.type == "histogram"}
    named = set(re.findall(r"`(bitaqa[a-z0-9_:]*[_:][a-z0-9_:]+)`", TEXT))

    assert len(named) >= len(SUFFIXES)
    assert named <= series_names() | bases


def test_settings_that_are_named_exist() -> None:
    """The page never names a variable that nothing reads."""
    known = {PREFIX + one.name for one in SETTINGS}

    assert set(re.findall(rf"{PREFIX}[A-Z0-9_]+", TEXT)) <= known


@pytest.mark.parametrize("topic", topology().every_topic, ids=lambda one: one.name)
def test_every_topic_has_its_row(topic: Topic) -> None:
    """With how it is cleaned up: what carries values is compacted."""
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{topic.name}` |"))

    cleanup = "compact" if topic.table else "compact, delete" if topic.values else "delete"
    assert row.endswith(f"| {cleanup} |")


def test_panels_that_are_named_exist() -> None:
    """A name in italics is a panel or a row of the dashboard."""
    titles = {one["title"] for one in panels()}
    named = set(re.findall(r"(?<!\*)\*([A-Z][^*\n]+)\*(?!\*)", TEXT))

    assert named <= titles


def test_links_lead_somewhere() -> None:
    """Each link is a heading of this page or a file beside it."""
    anchors = {heading.lower().replace(" ", "-") for heading in sections()}

    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in anchors
        else:
            assert (DEPLOY / target).exists()


def test_secrets_of_kubernetes_are_told_with_their_settings() -> None:
    """Each secret setting stands in the table of secrets."""
    section = sections()["Secrets"]

    assert {PREFIX + one.name for one in SETTINGS if one.secret} <= set(
        re.findall(rf"{PREFIX}\w+", section)
    )
