"""What commands show to people; machines get ``--json``."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

COLOURS = {"accepted": "green", "review": "yellow", "rejected": "red", "failed": "red"}


@cache
def screen() -> Console:
    """Return standard output for people."""
    return Console()


@cache
def errors() -> Console:
    """Return standard error: progress and warnings, so that output can be piped."""
    return Console(stderr=True)


def progress() -> Progress:
    """Return a progress bar on standard error."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors(),
    )


def json_line(content: Mapping[str, Any]) -> str:
    """Return one line of JSON that any file's name fits in, UTF-8 or not."""
    return _in_utf8(json.dumps(content, ensure_ascii=False))


def printable(text: str) -> str:
    """Return text from outside so that it is shown as it is: no mark-up, no half characters."""
    return escape(_in_utf8(text))


def _in_utf8(text: str) -> str:
    # Bytes of a name that are no UTF-8 are lone surrogates here; JSON escapes them the same way.
    return text.encode("utf-8", "backslashreplace").decode()


def reading_panel(result: Mapping[str, Any]) -> None:
    """Show one result object: verdict, fields with confidence, findings."""
    table = Table.grid(padding=(0, 2))
    for name, field in (result.get("fields") or {}).items():
        shown = field["value"] if len(field["value"]) <= 60 else field["value"][:57] + "..."
        table.add_row(name, printable(shown), f"{field['confidence']:.3f}", field["source"])
    for finding in result.get("findings") or ():
        table.add_row(finding["severity"], finding["message"], "", finding["code"])
    status = result["status"]
    name = printable(str(result.get("file", result.get("document_id"))))
    title = f"{name}: {result['document_type']}"
    colour = COLOURS.get(status, "white")
    screen().print(Panel(table, title=f"{title} [{colour}]{status}[/{colour}]", title_align="left"))
