import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _run(script: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )


def _copy(checkout: Path) -> Path:
    """Copy what the script looks at into a new checkout and return the script."""
    (checkout / "deploy" / "kafka").mkdir(parents=True)
    for name in ("setup.sh", "kafka/pom.xml", "kafka/jars.txt"):
        shutil.copy(ROOT / "deploy" / name, checkout / "deploy" / name)
    return checkout / "deploy" / "setup.sh"


def test_set_up_does_nothing_where_nothing_is_missing(tmp_path: Path) -> None:
    """From any directory, a second run takes no step that is worth a line."""
    _run(ROOT / "deploy" / "setup.sh", cwd=ROOT)

    answer = _run(ROOT / "deploy" / "setup.sh", cwd=tmp_path)

    assert answer.returncode == 0
    assert "..." not in answer.stderr
    assert answer.stdout == ""


def test_set_up_refuses_a_word_that_it_does_not_know(tmp_path: Path) -> None:
    """A mistyped argument says how the script is called."""
    answer = _run(ROOT / "deploy" / "setup.sh", "tests", cwd=tmp_path)

    assert answer.returncode == 1
    assert answer.stderr == "setup: usage: deploy/setup.sh [test]\n"


def test_set_up_names_the_packages_file_that_is_missing(tmp_path: Path) -> None:
    """A checkout without its lock file ends with a reason, not with half an environment."""
    script = _copy(tmp_path / "a checkout")

    answer = _run(script, cwd=tmp_path)

    assert answer.returncode != 0
    assert "uv.lock" in answer.stderr
    assert not (tmp_path / "a checkout" / ".venv").exists()


def test_every_pinned_jar_has_a_checksum() -> None:
    """The list has one line for each jar: group, artifact, version and SHA-256."""
    lines = (ROOT / "deploy" / "kafka" / "jars.txt").read_text().splitlines()[1:]

    assert len(lines) == 46
    for line in lines:
        coordinates, checksum = line.split()
        assert coordinates.count(":") == 2
        assert len(bytes.fromhex(checksum)) == 32
