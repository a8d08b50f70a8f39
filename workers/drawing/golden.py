"""Writes a type's golden rows: ``python -m workers.drawing.golden passport 1 2 3 5``.

The seeds' truth goes to ``golden.jsonl`` in the type's folder; from then on a test holds that the
seeds draw these documents and that every field of them is read, with the verdict told. Choose
seeds whose specimens differ in kind and country.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from workers import documents
from workers.documents.document_type import Level
from workers.drawing.write import draw_specimen

GOLDEN = "golden.jsonl"


def golden_rows(code: str, seeds: Sequence[int]) -> list[dict[str, object]]:
    """Return one row for each seed: what its clean specimen says, and the verdict to expect."""
    rows: list[dict[str, object]] = []
    for seed in seeds:
        specimen = draw_specimen(code, seed, Level.CLEAN)
        rows.append(
            {
                "seed": seed,
                "level": Level.CLEAN.value,
                "country": specimen.country,
                "fields": dict(specimen.fields),
                "mrz_lines": list(specimen.mrz_lines),
                "languages": list(specimen.languages),
                # Text alone has nothing that could confirm it.
                "status": "review" if code == "text" else "accepted",
            }
        )
    return rows


def write_golden(code: str, seeds: Sequence[int]) -> Path:
    """Write the rows into the type's folder and return the file's path."""
    path = Path(next(iter(documents.__path__))) / code / GOLDEN
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in golden_rows(code, seeds)]
    path.write_text("".join(lines), "utf-8")
    return path


if __name__ == "__main__":
    write_golden(sys.argv[1], [int(seed) for seed in sys.argv[2:]])
