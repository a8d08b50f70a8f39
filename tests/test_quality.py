"""The rules of the house that a machine can check, so that a review need not."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70

# Imports point to the left: a package may import itself and what stands before it.
LAYERS = ("schemas", "workers", "streams", "ingest")
# The command line starts every part, so it alone reaches to the right, inside functions.
COMMAND_LINE = ("streams/cli.py", "streams/commands/")


def _sources(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "__pycache__" not in path.parts
    )


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each import statement with the top-level package that it names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node, node.module.split(".")[0]


def _complaints(path: str, source: str) -> Iterator[str]:
    """Yield what is wrong with the imports of one file of ours."""
    tree = ast.parse(source)
    allowed = LAYERS[: LAYERS.index(path.split("/", maxsplit=1)[0]) + 1]
    for node, package in _imports(tree):
        if package == "tests":
            yield f"{path}:{node.lineno} imports tests"
        if package not in LAYERS or package in allowed:
            continue
        if not path.startswith(COMMAND_LINE):
            yield f"{path}:{node.lineno} imports {package}"
        elif node in tree.body:
            yield f"{path}:{node.lineno} imports {package} before a command asks for it"


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--no-cache"],
        ["ruff", "format", "--check", "--no-cache"],
        ["mypy"],
    ],
    ids=" ".join,
)
def test_the_tools_have_nothing_to_say(command: list[str]) -> None:
    """Style, format and strict types hold in sources and tests."""
    program = Path(sys.executable).with_name(command[0])

    answer = subprocess.run(
        [program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("path", _sources(*LAYERS, "tests"), ids=_name)
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    """A file has 400 lines at most, a function 70."""
    source = path.read_text()

    too_long = [
        f"{node.name} has {length} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]

    assert source.count("\n") <= FILE_LINES_MAX
    assert not too_long


@pytest.mark.parametrize("path", _sources(*LAYERS), ids=_name)
def test_imports_point_one_way(path: Path) -> None:
    """Schemas know nobody; workers know schemas; streams know workers; ingest knows them all."""
    assert not list(_complaints(_name(path), path.read_text()))


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("schemas/a.py", "from workers.ports import X", "schemas/a.py:1 imports workers"),
        ("workers/a.py", "import schemas\nimport streams.log", "workers/a.py:2 imports streams"),
        ("streams/a.py", "def f():\n    import ingest.app", "streams/a.py:2 imports ingest"),
        ("streams/a.py", "from tests.support import x", "streams/a.py:1 imports tests"),
        (
            "streams/cli.py",
            "from ingest.app import make",
            "streams/cli.py:1 imports ingest before a command asks for it",
        ),
        ("streams/cli.py", "def serve():\n    from ingest.app import make", None),
        ("ingest/a.py", "import schemas, workers.ports\nfrom streams import log", None),
        ("workers/a.py", "from . import ingest", None),
    ],
)
def test_the_import_rule_tells_right_from_wrong(
    path: str, source: str, complaint: str | None
) -> None:
    """The rule refuses each wrong direction and accepts each right one."""
    expected = [] if complaint is None else [complaint]

    assert list(_complaints(path, source)) == expected


@pytest.mark.parametrize("package", LAYERS)
def test_nobody_else_ships_a_package_of_our_names(package: str) -> None:
    """Ours are short names: an installed distribution with the same one would shadow them."""
    owners = set(packages_distributions().get(package, [])) - {"bitaqa"}

    assert not owners
