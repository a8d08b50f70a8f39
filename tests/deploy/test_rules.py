import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from streams.topology import topology
from tests.deploy.sources import (
    ALERTS,
    DEPLOY,
    RECORDING,
    ROOT,
    load_yaml,
    metrics_in,
    needed_program,
    rules,
    series_names,
)

CASES = sorted((DEPLOY / "prometheus" / "tests").glob("*.yml"))
NAMES = sorted({rule["alert"] for rule in rules(ALERTS)})


def promtool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run promtool; skip where there is none."""
    command = [needed_program("promtool"), *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_promtool_accepts_scrape_file_and_rules() -> None:
    """The file that compose mounts is valid, its rules are found and their templates render."""
    answer = promtool("check", "config", DEPLOY / "prometheus" / "prometheus.yml")

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "2 rule files found" in answer.stdout


@pytest.mark.parametrize("path", CASES, ids=lambda one: one.stem)
def test_alerts_fire_when_they_should_and_only_then(path: Path) -> None:
    """Prometheus's own evaluator plays each case's series against the rules."""
    answer = promtool("test", "rules", path)

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_promtool_refuses_a_case_that_is_wrong(tmp_path: Path) -> None:
    """The cases can fail: without series, an alert that is expected does not fire."""
    path = tmp_path / "wrong.yml"
    path.write_text(
        f"""
rule_files: [{RECORDING}, {ALERTS}]
tests:
  - interval: 1m
    input_series: []
    promql_expr_test:
      - expr: ALERTS{{alertname="CircuitOpen"}}
        eval_time: 5m
        exp_samples: [{{labels: 'ALERTS{{alertname="CircuitOpen"}}', value: 1}}]
"""
    )

    answer = promtool("test", "rules", path)

    assert answer.returncode != 0


@pytest.mark.parametrize("name", NAMES)
def test_every_alert_has_a_case_that_fires_and_one_that_is_silent(name: str) -> None:
    """An alert that was never seen firing is a hope, one never seen silent a nuisance."""
    seen = defaultdict(set)
    for path in CASES:
        for case in load_yaml(path)["tests"]:
            for check in case["promql_expr_test"]:
                seen[check["expr"]].add(bool(check["exp_samples"]))

    expression = f'ALERTS{{alertname="{name}", alertstate="firing"}}'

    assert seen[expression] == {True, False}


@pytest.mark.parametrize("rule", rules(ALERTS), ids=lambda one: one["alert"])
def test_every_alert_tells_who_is_called_and_what_to_do(rule: dict[str, dict[str, str]]) -> None:
    """Severity, summary, description and the section of the runbook are there."""
    anchor = f"deploy/runbook.md#{str(rule['alert']).lower()}"

    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"]
    assert rule["annotations"]["runbook_url"] == anchor


@pytest.mark.parametrize(
    "rule", rules(ALERTS) + rules(RECORDING), ids=lambda one: one.get("alert") or one["record"]
)
def test_rules_ask_for_series_that_exist(rule: dict[str, str]) -> None:
    """A rule about a metric that was renamed would be silent for ever."""
    assert metrics_in(rule["expr"]) <= series_names()


def test_every_role_is_scraped_and_missed() -> None:
    """A stage that is added to the pipeline is scraped, and missed when it is gone."""
    roles = {spec.role.replace(".", "-") for spec in topology().stages}
    roles |= {"ingest", "retry", "sink", "webhooks", "watch", "housekeeping"}
    config = load_yaml(DEPLOY / "prometheus" / "prometheus.yml")
    found = next(job for job in config["scrape_configs"] if job["job_name"] == "bitaqa")

    scraped = {name for each in found["dns_sd_configs"] for name in each["names"]}
    missed = {one["labels"]["role"] for one in rules(ALERTS) if one["alert"] == "RoleMissing"}

    assert scraped == roles
    assert missed == roles
