"""The pages in a real browser: they work under their own policy, and load nothing from outside."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.deploy.sources import needed_program
from tests.ingest.live import Live

pytestmark = pytest.mark.slow
TIMEOUT_S = 120.0
BUDGET_MS = 10_000
"""How long the page's own clock may run before it is looked at."""


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """Yield the real server on fakes."""
    server = Live()
    yield server
    server.kill()


def _shown(url: str, home: Path) -> tuple[str, list[str]]:
    """Return a page as it stands after its scripts ran, and what its console said."""
    answer = subprocess.run(
        [
            needed_program("chromium"),
            "--headless",
            "--no-sandbox",  # In a container it has no other place to go; the page is ours.
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--enable-logging=stderr",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--user-data-dir={home}",
            f"--virtual-time-budget={BUDGET_MS}",
            "--dump-dom",
            url,
        ],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        env={**os.environ, "HOME": str(home)},
    )
    assert answer.stdout, answer.stderr[-2000:]
    return answer.stdout, [line for line in answer.stderr.splitlines() if "CONSOLE" in line]


def test_the_description_can_be_read_and_tried(live: Live, tmp_path: Path) -> None:
    """Every operation is drawn, with its lock; no script, style or font was refused."""
    paths = httpx.get(f"{live.url}/openapi.json").json()["paths"]

    page, console = _shown(f"{live.url}/docs", tmp_path)

    count = sum(len(operations) for operations in paths.values())
    assert page.count('class="opblock-summary-method"') == count
    assert "authorization__btn" in page
    assert not console


def test_a_browser_is_shown_where_to_look(live: Live, tmp_path: Path) -> None:
    """The root is a page for people, under the strict policy of all answers."""
    page, console = _shown(f"{live.url}/", tmp_path)

    assert "/docs" in page
    assert not console


def test_a_page_that_is_wrong_is_found(live: Live, tmp_path: Path) -> None:
    """The tests above can fail: a script from outside is told on the console."""
    wrong = tmp_path / "wrong.html"
    wrong.write_text('<script src="https://cdn.example/x.js"></script><script>undefined.x</script>')

    _page, console = _shown(wrong.as_uri(), tmp_path)

    assert console
