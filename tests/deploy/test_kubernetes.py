from collections.abc import Iterator
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped] # it ships none
import pytest
import yaml
from fastapi.routing import iter_route_contexts

from streams.settings import PREFIX, SETTINGS
from streams.topology import topology
from tests.deploy.sources import DEPLOY, load_yaml
from tests.ingest.service import Backing

FOLDER = DEPLOY / "kubernetes"
VERSION = "1.32"
SECRETS = {PREFIX + one.name for one in SETTINGS if one.secret}
NAMES = {PREFIX + one.name for one in SETTINGS}
INSIDE = {"/metrics", "/ready"}
WORKLOADS = ("Deployment", "StatefulSet", "Job")


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object with a name for people."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for one in yaml.safe_load_all(path.read_text("utf-8")):
            yield f"{path.stem}/{one['kind']}/{one['metadata']['name']}", one


def of_kind(*kinds: str) -> list[Any]:
    """Return the objects of some kinds as parameters of a test."""
    return [pytest.param(one, id=name) for name, one in documents() if one["kind"] in kinds]


def pod_of(workload: dict[str, Any]) -> dict[str, Any]:
    """Return the pod that a workload makes."""
    pod: dict[str, Any] = workload["spec"]["template"]["spec"]
    return pod


def commands() -> dict[str, list[str]]:
    """Return the words after ``bitaqa`` by the workload's name."""
    return {
        one["metadata"]["name"]: pod_of(one)["containers"][0]["args"]
        for _name, one in documents()
        if one["kind"] in WORKLOADS
    }


@pytest.mark.parametrize("one", [pytest.param(one, id=name) for name, one in documents()])
def test_every_object_is_valid_for_kubernetes(one: dict[str, Any]) -> None:
    """The API's own schema accepts it, and knows every field in it."""
    kubernetes_validate.validate(one, VERSION, strict=True)


def test_a_field_that_does_not_exist_is_refused() -> None:
    """The test above can fail."""
    wrong = dict(next(one for _name, one in documents() if one["kind"] == "StatefulSet"))
    wrong["spec"] = wrong["spec"] | {"replica": 2}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_every_stage_has_a_worker_and_the_rest_is_there() -> None:
    """A stage that is added to the pipeline runs in the cluster, too."""
    words = {
        spec.role.replace(".", "-"): ["run", spec.name]
        + ([] if spec.route is None else ["--country", spec.route.value])
        for spec in topology().stages
    }
    words |= {
        role: ["run", role] for role in ("retry", "sink", "webhooks", "watch", "housekeeping")
    }
    words |= {"ingest": ["serve"]}
    words |= {"topics": ["topics", "apply"], "migrate": ["migrate"]}

    assert commands() == words


@pytest.mark.parametrize("workload", of_kind("StatefulSet"))
def test_workers_keep_their_name_across_a_restart(workload: dict[str, Any]) -> None:
    """Static membership takes the pod's name; a drain has longer than a document may take."""
    pod = pod_of(workload)
    variables = {one["name"]: one for one in pod["containers"][0]["env"]}
    limit_s = max(spec.time_limit_s for spec in topology().stages)

    field = variables[f"{PREFIX}INSTANCE"]["valueFrom"]["fieldRef"]["fieldPath"]

    assert field == "metadata.name"
    assert pod["terminationGracePeriodSeconds"] > limit_s


@pytest.mark.parametrize("workload", of_kind(*WORKLOADS))
def test_pods_have_no_rights(workload: dict[str, Any]) -> None:
    """No root, no token, nothing writable but /tmp, a bound on memory."""
    pod = pod_of(workload)
    container = pod["containers"][0]

    assert pod["securityContext"]["runAsNonRoot"]
    assert not pod["automountServiceAccountToken"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]
    assert [one["mountPath"] for one in container["volumeMounts"]] == ["/tmp"]
    assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("workload", of_kind("StatefulSet", "Deployment"))
def test_long_running_pods_are_probed_and_guarded(workload: dict[str, Any]) -> None:
    """Each is asked for /health, found by Prometheus, and drained one at a time."""
    name = workload["metadata"]["name"]
    container = pod_of(workload)["containers"][0]
    labels = workload["spec"]["template"]["metadata"]["labels"]
    budgets = [one for _name, one in documents() if one["kind"] == "PodDisruptionBudget"]

    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"] == {"path": "/health", "port": "metrics"}
    assert labels["app.kubernetes.io/component"] == name
    assert [one for one in budgets if one["spec"]["selector"]["matchLabels"] == labels]


def test_settings_exist_and_none_of_them_is_a_secret() -> None:
    """What stands in the config map is read by the product and may be seen by anybody."""
    named = set(next(one for _name, one in documents() if one["kind"] == "ConfigMap")["data"])

    assert named <= NAMES - SECRETS


def test_no_secret_stands_in_the_manifests() -> None:
    """Secrets are referred to, never written down; only some know the database."""
    know = set()
    for _name, one in documents():
        assert one["kind"] != "Secret"
        if one["kind"] in WORKLOADS:
            sources = pod_of(one)["containers"][0]["envFrom"]
            if {"secretRef": {"name": "bitaqa-database"}} in sources:
                know.add(one["metadata"]["name"])

    assert know == {"ingest", "sink", "webhooks", "housekeeping", "migrate"}


def test_prometheus_finds_the_pods_by_labels_they_have() -> None:
    """The scrape file for Kubernetes keeps pods by the labels and the port name used here."""
    rules = load_yaml(DEPLOY / "prometheus" / "kubernetes.yml")["scrape_configs"][0][
        "relabel_configs"
    ]
    kept = {one["source_labels"][0]: one.get("regex") for one in rules}

    assert kept["__meta_kubernetes_pod_label_app_kubernetes_io_name"] == "bitaqa"
    assert kept["__meta_kubernetes_pod_container_port_name"] == "metrics"
    assert "__meta_kubernetes_pod_label_app_kubernetes_io_component" in kept


def test_callers_reach_every_route_but_those_for_operators() -> None:
    """The ingress lets through what the API has, and neither metrics nor readiness."""
    (ingress,) = [one for _name, one in documents() if one["kind"] == "Ingress"]
    paths = [(one["path"], one["pathType"]) for one in ingress["spec"]["rules"][0]["http"]["paths"]]
    routes = {str(one.path) for one in iter_route_contexts(Backing().app().routes)}

    closed = {route for route in routes if not any(_lets(route, *path) for path in paths)}

    assert closed == INSIDE


def _lets(route: str, path: str, kind: str) -> bool:
    return route == path or (kind == "Prefix" and route.startswith(f"{path}/"))
