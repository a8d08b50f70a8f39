import json
import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml

from schemas.documents import Route
from streams.settings import PREFIX, SETTINGS
from streams.topology import topology
from tests.deploy.sources import DEPLOY, ROOT, load_yaml

COMPOSE = ROOT / "docker-compose.yml"
SERVICES: dict[str, dict[str, Any]] = load_yaml(COMPOSE)["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith("bitaqa:")}
JOBS = {"topics": ["topics", "apply"], "migrate": ["migrate"], "schemas": ["schemas", "publish"]}
WORKERS = {name: one for name, one in OURS.items() if name not in JOBS}
NAMES = {PREFIX + one.name for one in SETTINGS}
SECRETS = {PREFIX + one.name for one in SETTINGS if one.secret}
SCHEMA = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"


def complaints(compose: dict[str, Any]) -> list[str]:
    """Return what the compose specification's own schema has against a file."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [f"{list(one.path)}: {one.message}" for one in validator.iter_errors(compose)]


def test_the_file_is_valid_by_the_compose_specification() -> None:
    """Every key exists and has the form that the specification gives it."""
    assert not complaints(load_yaml(COMPOSE))


@pytest.mark.parametrize(
    "wrong",
    [{"helthcheck": {}}, {"depends_on": {"kafka": {"condition": "up"}}}, {"restart": 5}],
    ids=str,
)
def test_the_specification_refuses_what_is_wrong(wrong: dict[str, Any]) -> None:
    """The test above can fail."""
    assert complaints({"services": {"ingest": SERVICES["ingest"] | wrong}})


def test_every_stage_has_a_service() -> None:
    """A stage that is added to the pipeline runs in containers, too."""
    words = {
        spec.role.replace(".", "-"): ["run", spec.name]
        + ([] if spec.route is None else ["--country", spec.route.value])
        for spec in topology().stages
    }
    words |= {
        role: ["run", role] for role in ("retry", "sink", "webhooks", "watch", "housekeeping")
    }
    words |= {"ingest": ["serve"]} | JOBS

    assert {name: one["command"] for name, one in OURS.items()} == words
    assert {f"extract-{route.value}" for route in Route} <= set(words)


@pytest.mark.parametrize("name", sorted(OURS))
def test_settings_of_a_service_exist(name: str) -> None:
    """No service is given a variable that nothing reads; secrets come from outside."""
    environment = OURS[name]["environment"]

    written_down = {
        key
        for key in SECRETS & set(environment)
        if not re.search(r"\$\{\w+:(\?|-\})", environment[key])
    }

    assert set(environment) <= NAMES
    assert not written_down


@pytest.mark.parametrize("name", sorted(WORKERS))
def test_a_service_can_be_scaled(name: str) -> None:
    """No two replicas can collide over a name, a port of the host or a membership."""
    service = WORKERS[name]
    hosts = [port.rsplit(":", 1)[0] for port in service.get("ports", ())]

    assert "container_name" not in service
    assert "hostname" not in service
    assert f"{PREFIX}INSTANCE" not in service["environment"]
    assert all(re.search(r":-\d+-\d+}", host) for host in hosts)


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_have_no_rights(name: str) -> None:
    """Nothing is writable but /tmp, no capability is kept, restarts are told."""
    service = OURS[name]
    writable = service["tmpfs"] or service["volumes"]

    assert service["build"]["dockerfile"] == "deploy/Dockerfile"
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [path.partition(":")[0] for path in writable] == ["/tmp"]
    assert service["restart"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(JOBS)))
def test_long_running_services_are_watched_and_bounded(name: str) -> None:
    """Each has a health check, a restart policy and a bound on memory."""
    service = SERVICES[name]

    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"
    assert service["deploy"]["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_waits_for_what_it_needs(name: str) -> None:
    """Jobs are waited for until they are done, servers until they are healthy."""
    for other, how in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in JOBS else "service_healthy"

        assert how["condition"] == expected


def test_only_those_who_need_rows_know_the_database() -> None:
    """The stages cannot reach rows: a hostile document that takes one over finds no password."""
    know = {name for name, one in OURS.items() if f"{PREFIX}POSTGRES_DSN" in one["environment"]}

    assert know == {"ingest", "sink", "webhooks", "housekeeping", "migrate"}
    secretive = {name for name, one in OURS.items() if f"{PREFIX}SECRET" in one["environment"]}
    assert secretive == {"ingest", "watch"}


def test_every_image_is_pinned() -> None:
    """A tag of three numbers, or two where the project has no third: never ``latest``."""
    foreign = [one["image"] for name, one in SERVICES.items() if name not in OURS]

    assert all(re.search(r":v?\d+\.\d+", image) for image in foreign)


def test_kafka_is_the_version_that_the_tests_run() -> None:
    """Containers run the broker whose jars are pinned for the embedded stack."""
    pom = (DEPLOY / "kafka" / "pom.xml").read_text("utf-8")
    found = re.search(r"kafka_2.13</artifactId>\s*<version>([^<]+)<", pom)

    assert found is not None
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{found[1]}"


def test_the_example_environment_names_every_required_variable() -> None:
    """Who copies the example and fills it in can start; it holds no value that is a secret."""
    example = (DEPLOY / "env.example").read_text("utf-8")
    text = COMPOSE.read_text("utf-8")
    required = set(re.findall(r"\$\{(\w+):\?", text))
    optional = set(re.findall(r"\$\{(\w+):-", text)) - {"IMAGE_TAG"}

    assert set(re.findall(r"^(\w+)=$", example, re.MULTILINE)) == required
    assert set(re.findall(r"^# (\w+)=.+$", example, re.MULTILINE)) == optional


def test_files_that_are_mounted_exist() -> None:
    """A path that does not exist would be made as an empty folder by the engine."""
    sources = [
        volume.partition(":")[0]
        for one in SERVICES.values()
        for volume in one.get("volumes", ())
        if volume.startswith("./")
    ]

    assert sources
    assert all((ROOT / source).exists() for source in sources)


def test_the_file_parses_as_one_document() -> None:
    """Merged mappings are plain YAML that every compose implementation reads."""
    assert len(list(yaml.safe_load_all(COMPOSE.read_text("utf-8")))) == 1
