import json
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from streams.embedded.ports import LOOPBACK, free_ports
from streams.embedded.processes import Child, wait_ready
from tests.deploy.sources import (
    ALERTS,
    DASHBOARD,
    DEPLOY,
    RECORDING,
    ROOT,
    load_yaml,
    metrics_in,
    needed_program,
    panel_queries,
    panels,
    rules,
    series_names,
)

ROWS = (
    "Now",
    "Intake",
    "Stages",
    "End to end",
    "Lag",
    "Dead letters and retries",
    "Verdicts",
    "Slots and circuits",
    "Commits and rebalances",
    "Sink",
    "Webhooks and mail",
    "Watch",
    "Life of documents",
    "AI",
)
START_TIMEOUT_S = 40.0


def asked(expression: str) -> str:
    """Return an expression as Grafana sends it, with its variables filled in."""
    return (
        expression.replace("$__rate_interval", "1m")
        .replace("$__range", "1m")
        .replace("$stage", ".*")
    )


def test_the_dashboard_has_its_rows_and_no_id_twice() -> None:
    """An operator finds every part of the way under its heading."""
    found = list(panels())

    assert tuple(one["title"] for one in found if one["type"] == "row") == ROWS
    assert len({one["id"] for one in found}) == len(found)
    assert all(one.get("description") for one in found if one["type"] != "row")


def test_the_panels_do_not_overlap() -> None:
    """Every cell of the grid belongs to one panel."""
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }

        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24

        taken |= cells


def test_every_metric_is_on_the_dashboard_or_in_a_rule() -> None:
    """A metric that nobody looks at need not be made; every histogram by its buckets or sum."""
    shown = set[str]()
    for _title, expression in panel_queries():
        shown |= metrics_in(expression)
    for rule in rules(ALERTS) + rules(RECORDING):
        shown |= metrics_in(rule["expr"])
    bare = {name.removesuffix(end) for name in shown for end in ("_bucket", "_sum", "_count")}

    made = {name for name in series_names() if not name.endswith(("_bucket", "_sum", "_count"))}
    histograms = {name.removesuffix("_bucket") for name in series_names() if "_bucket" in name}

    assert {name for name in made if ":" not in name} | histograms <= shown | bare


@pytest.mark.parametrize(("title", "expression"), panel_queries())
def test_panels_ask_for_series_that_exist(title: str, expression: str) -> None:
    """A panel about a metric that was renamed would be empty for ever."""
    named = metrics_in(expression)

    assert named <= series_names()
    assert named or "up{" in expression


def test_a_name_that_does_not_exist_is_noticed() -> None:
    """The check above can fail, also on a histogram asked for without its suffix."""
    assert not metrics_in("rate(bitaqa_stage_seconds[5m])") <= series_names()
    assert metrics_in('x{group="bitaqa.sink"} + bitaqa_lag_messages') == {"bitaqa_lag_messages"}


def test_grafana_is_provisioned_with_the_folder_and_the_data_source() -> None:
    """The files that compose mounts name each other."""
    grafana = DEPLOY / "grafana"
    source = load_yaml(grafana / "provisioning" / "datasources" / "prometheus.yml")
    provider = load_yaml(grafana / "provisioning" / "dashboards" / "bitaqa.yml")
    compose = load_yaml(ROOT / "docker-compose.yml")["services"]["grafana"]
    board = json.loads(DASHBOARD.read_text("utf-8"))

    variable = next(one for one in board["templating"]["list"] if one["name"] == "datasource")
    folder = provider["providers"][0]["options"]["path"]

    assert variable["current"]["value"] == source["datasources"][0]["uid"]
    assert f"./deploy/grafana/dashboards:{folder}:ro" in compose["volumes"]


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Yield a client of a real Prometheus that has scraped every metric several times."""
    program = needed_program("prometheus")
    folder = tmp_path_factory.mktemp("prometheus")
    port, exposed = free_ports(2)
    (folder / "prometheus.yml").write_text(json.dumps(_config(exposed)))
    listen = f"--web.listen-address={LOOPBACK}:{port}"
    config = f"--config.file={folder}/prometheus.yml"
    exposition = Child(
        [sys.executable, "-m", "tests.deploy.exposition", str(exposed)],
        log=folder / "exposition.log",
        environment={"PYTHONPATH": str(ROOT)},
    )
    server = Child(
        [program, config, listen, f"--storage.tsdb.path={folder}/data"],
        log=folder / "prometheus.log",
    )
    with httpx.Client(base_url=f"http://{LOOPBACK}:{port}", timeout=10.0) as client:
        try:
            wait_ready(
                server, lambda: _scraped(client), name="Prometheus", timeout_s=START_TIMEOUT_S
            )
            yield client
        finally:
            server.stop(timeout_s=10)
            exposition.stop(timeout_s=5)


def _config(exposed: int) -> dict[str, Any]:
    target = {"targets": [f"{LOOPBACK}:{exposed}"], "labels": {"role": "sink"}}
    return {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RECORDING), str(ALERTS)],
        "scrape_configs": [{"job_name": "bitaqa", "static_configs": [target]}],
    }


def _scraped(client: httpx.Client) -> bool:
    """Tell whether there are enough samples for a rate, and recorded series from them."""
    try:
        return bool(_query(client, "count_over_time(bitaqa:review:ratio_rate1h[1m]) > 2"))
    except httpx.HTTPError:
        return False


def _query(client: httpx.Client, expression: str) -> list[Any]:
    answer = client.get("/api/v1/query", params={"query": expression})
    answer.raise_for_status()
    result: list[Any] = answer.json()["data"]["result"]
    return result


def test_every_panel_shows_something(prometheus: httpx.Client) -> None:
    """Asked of a real Prometheus, each query parses and finds series with real numbers."""
    empty = []
    for title, expression in panel_queries():
        found = _query(prometheus, asked(expression))
        if not found or all(one["value"][1] == "NaN" for one in found):
            empty.append(title)

    assert not empty


def test_every_rule_is_evaluated_without_a_fault(prometheus: httpx.Client) -> None:
    """Asked of a real Prometheus, each alert's expression works; recorded series have values."""
    for rule in rules(ALERTS):
        _query(prometheus, rule["expr"])
    empty = [one["record"] for one in rules(RECORDING) if not _query(prometheus, one["record"])]
    answer = prometheus.get("/api/v1/rules").json()["data"]["groups"]

    assert not empty
    assert {one["health"] for group in answer for one in group["rules"]} <= {"ok", "unknown"}


def test_a_query_that_does_not_parse_is_refused(prometheus: httpx.Client) -> None:
    """The two tests above can fail."""
    with pytest.raises(httpx.HTTPStatusError):
        _query(prometheus, "sum(rate(bitaqa_commits_total[1m])")
