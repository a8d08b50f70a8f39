"""The documents for people say everything that the code offers."""

import re
from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric
from typer.main import get_command

from streams import metrics
from streams.cli import app
from streams.settings import PREFIX, SETTINGS, Setting
from streams.topology import Topic, topology
from workers.documents.registry import document_types

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "deploy/runbook.md")


@pytest.fixture(scope="module")
def text() -> str:
    """Return all pages for people as one text."""
    return "\n".join((ROOT / page).read_text("utf-8") for page in PAGES)


def command_names() -> list[str]:
    """Return every command with its family, as a user types it."""
    names = []
    for name, command in sorted(getattr(get_command(app), "commands", {}).items()):
        family = sorted(getattr(command, "commands", {}))
        names += [f"bitaqa {name} {child}" for child in family] or [f"bitaqa {name}"]
    return names


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
def test_every_setting_stands_in_the_readme_with_its_default(setting: Setting) -> None:
    """An operator finds each variable, its default and its meaning in one table."""
    shown = f"`{setting.default}`" if setting.default else ""

    readme = (ROOT / "README.md").read_text("utf-8")

    assert f"| `{PREFIX}{setting.name}` | {shown} | {setting.meaning}" in readme


@pytest.mark.parametrize("name", command_names())
def test_every_command_is_told(name: str, text: str) -> None:
    """A command that nobody can find does not exist."""
    assert name in text


@pytest.mark.parametrize("topic", topology().every_topic, ids=lambda one: one.name)
def test_every_topic_is_told(topic: Topic, text: str) -> None:
    """A subscriber finds each topic by its whole name."""
    assert topic.name in text


@pytest.mark.parametrize("code", sorted(document_types()))
def test_every_document_type_is_told(code: str, text: str) -> None:
    """A caller finds each type by its code."""
    assert f"`{code}`" in text


@pytest.mark.parametrize("family", list(metrics.REGISTRY.collect()), ids=lambda one: one.name)
def test_every_metric_is_told_with_its_meaning(family: Metric, text: str) -> None:
    """An operator finds each metric and what it counts."""
    assert family.name in text
    assert family.documentation


def test_every_setting_in_the_pages_exists(text: str) -> None:
    """A page never names a variable that nothing reads."""
    known = {PREFIX + one.name for one in SETTINGS} | {"BITAQA_URL", "BITAQA_KEY"}

    named = set(re.findall(rf"{PREFIX}[A-Z0-9_]+", text))

    assert named <= known
