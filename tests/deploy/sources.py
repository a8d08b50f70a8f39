"""What stands in the operators' files, for the tests that hold it against the code."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.metrics import REGISTRY

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
ALERTS = DEPLOY / "prometheus" / "rules" / "alerts.yml"
RECORDING = DEPLOY / "prometheus" / "rules" / "recording.yml"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "bitaqa.json"
RUNBOOK = DEPLOY / "runbook.md"
# Debian keeps servers where only root looks.
PROGRAMS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
}
_METRIC = re.compile(r"(?<![\w:])bitaqa[a-z0-9_:]*(?![\w.:])")


def load_yaml(path: Path) -> Any:
    """Return a file's only document."""
    return yaml.safe_load(path.read_text("utf-8"))


@cache
def series_names() -> frozenset[str]:
    """Return the name of every series that the product or a recording rule makes."""
    told = {
        family.name + suffix for family in REGISTRY.collect() for suffix in SUFFIXES[family.type]
    }
    return frozenset(told | {rule["record"] for rule in rules(RECORDING)})


def rules(path: Path) -> list[dict[str, Any]]:
    """Return the rules of a file, in order."""
    return [rule for group in load_yaml(path)["groups"] for rule in group["rules"]]


def metrics_in(expression: str) -> set[str]:
    """Return the names of ours in an expression; what stands in quotes is no name."""
    bare = re.sub(r'"[^"]*"', '""', expression)
    return set(_METRIC.findall(bare))


def panels() -> Iterator[dict[str, Any]]:
    """Yield the dashboard's panels, rows included."""
    yield from json.loads(DASHBOARD.read_text("utf-8"))["panels"]


def panel_queries() -> list[tuple[str, str]]:
    """Return title and expression of every query of the dashboard."""
    return [
        (panel["title"], target["expr"])
        for panel in panels()
        for target in panel.get("targets", ())
    ]


def needed_program(name: str) -> str:
    """Return a program's path; skip where it is not installed, save on the build machine."""
    local = ROOT / ".cache" / "bin" / name
    path = str(local) if local.exists() else shutil.which(name, path=PROGRAMS)
    if path is None:
        reason = f"no {name}: `make test` fetches it where apt is"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path
