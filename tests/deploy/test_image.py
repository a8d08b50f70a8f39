import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from streams.embedded.ports import free_port
from streams.health import Health, HealthServer
from streams.settings import PREFIX, SETTINGS
from tests.deploy.sources import DEPLOY, ROOT

DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
# One instruction a line, without comments.
INSTRUCTIONS = [
    line.split(None, 1)
    for line in re.sub(
        r"\\\n\s*", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE)
    ).splitlines()
    if line.strip()
]
LAST = max(at for at, words in enumerate(INSTRUCTIONS) if words[0] == "FROM")
FINAL = INSTRUCTIONS[LAST:]


def texts(name: str, instructions: list[list[str]]) -> list[str]:
    """Return what follows each instruction of a name."""
    return [words[1] for words in instructions if words[0] == name]


def test_every_base_is_pinned_and_python_is_one_version() -> None:
    """Builder and final image have the same interpreter, so the environment can be copied."""
    bases = [text.split()[0] for text in texts("FROM", INSTRUCTIONS)]
    pythons = {base for base in bases if base.startswith("python:")}

    assert all(re.search(r":\d+\.\d+\.\d+", base) for base in bases)
    assert len(pythons) == 1
    assert len(bases) >= 3


def test_uv_is_the_version_that_sets_checkouts_up() -> None:
    """The lock file is read by one version of uv everywhere."""
    script = (DEPLOY / "setup.sh").read_text("utf-8")
    pinned = re.search(r"UV_VERSION=(\S+)", script)

    assert pinned is not None
    assert f"/uv:{pinned[1]} AS uv" in DOCKERFILE


def test_the_lock_file_alone_decides_what_is_installed() -> None:
    """No resolution, no developers' packages, nothing that points back at the sources."""
    syncs = [text for text in texts("RUN", INSTRUCTIONS) if "uv sync" in text]

    assert syncs
    assert all("--frozen" in one and "--no-dev" in one for one in syncs)
    assert "--no-editable" in syncs[-1]


def test_nothing_comes_from_the_network_but_packages() -> None:
    """No ADD, which fetches addresses, no download by hand."""
    assert not texts("ADD", INSTRUCTIONS)
    assert not re.search(r"\b(curl|wget|git)\b", DOCKERFILE)


def test_the_final_image_runs_without_root_and_build_tools() -> None:
    """A user by number, so that Kubernetes can tell; no compiler, no uv, no package lists."""
    (user,) = texts("USER", FINAL)
    runs = " ".join(texts("RUN", FINAL))

    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert not re.search(r"build-essential|gcc|python3-dev|uv sync", runs)
    assert "rm -rf /var/lib/apt/lists/*" in runs
    assert all("--from=builder" in text or "health.py" in text for text in texts("COPY", FINAL))


def test_the_models_of_all_three_languages_are_there() -> None:
    """Arabic, French and English, as the set-up script installs them."""
    runs = " ".join(texts("RUN", FINAL))

    assert {"tesseract-ocr-ara", "tesseract-ocr-fra", "tesseract-ocr-eng"} <= set(runs.split())


def test_the_process_gets_its_signals() -> None:
    """Exec form: no shell stands between SIGTERM and the drain."""
    assert texts("ENTRYPOINT", FINAL) == ['["bitaqa"]']
    assert texts("STOPSIGNAL", FINAL) == ["SIGTERM"]
    assert 'CMD ["python", "/opt/bitaqa/health.py"]' in texts("HEALTHCHECK", FINAL)[0]
    assert texts("LABEL", FINAL)


def test_settings_in_the_image_exist_and_are_no_secret() -> None:
    """The image presets addresses, nothing else."""
    plain = {PREFIX + one.name for one in SETTINGS if not one.secret}

    assert set(re.findall(rf"{PREFIX}\w+", DOCKERFILE)) <= plain


def test_the_build_sees_only_what_it_copies() -> None:
    """Everything is left out but the sources: no environment file, no history, no documents."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    copied = {
        name
        for text in texts("COPY", INSTRUCTIONS)
        if not text.startswith("--from")
        for name in text.split()[:-1]
    }

    assert patterns[0] == "*"
    assert {one.removeprefix("!") for one in patterns if one.startswith("!")} == copied
    assert all((ROOT / name).exists() for name in copied)


@contextmanager
def worker(*, healthy: bool) -> Iterator[int]:
    """Serve a worker's own health server; yield its port."""
    with HealthServer(lambda: Health(healthy, {}), host="127.0.0.1") as server:
        yield server.port


def health_check(metrics_port: int, http_port: int) -> int:
    """Return the exit code of the image's health check."""
    environment = {
        "PYTHONPATH": str(ROOT),
        f"{PREFIX}METRICS_PORT": str(metrics_port),
        f"{PREFIX}HTTP_PORT": str(http_port),
    }
    command = [sys.executable, str(DEPLOY / "health.py")]
    return subprocess.run(command, env=environment, check=False).returncode


@pytest.mark.parametrize(("healthy", "code"), [(True, 0), (False, 1)])
def test_the_health_check_repeats_what_a_worker_says(healthy: bool, code: int) -> None:  # noqa: FBT001 - a case of the table
    """A container is healthy where its worker is."""
    with worker(healthy=healthy) as port:
        assert health_check(port, free_port()) == code


def test_the_health_check_asks_ingest_where_no_worker_listens() -> None:
    """The same image serves HTTP: then the HTTP port answers."""
    with worker(healthy=True) as port:
        assert health_check(free_port(), port) == 0


def test_a_container_in_which_nobody_listens_is_not_healthy() -> None:
    """A process that hangs before it listens is found."""
    assert health_check(free_port(), free_port()) == 1
