"""Tables of results as files: CSV, XLSX and Parquet, written row by row to a path."""

import csv
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet._writer import WorksheetWriter

PARQUET_ROWS = 5_000
"""Rows of a Parquet row group: what is held in memory."""

# OWASP, CSV injection: a spreadsheet takes what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = Mapping[str, str | None]


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}


class Table(AbstractContextManager["Table"]):
    """A file under the pen; complete when it is closed, which takes as long as writing it."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path = path
        self._columns = tuple(columns)

    def __enter__(self) -> Self:
        """Begin to write."""
        return self

    def add(self, rows: Sequence[Row]) -> None:
        """Write rows; a column that a row does not have is empty."""
        raise NotImplementedError

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Finish the file."""
        raise NotImplementedError


def open_table(kind: Format, path: Path, columns: Sequence[str]) -> Table:
    """Return a table of a format."""
    return _TABLES[kind](path, columns)


class _Csv(Table):
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        super().__init__(path, columns)
        # The mark tells Excel that the text is UTF-8.
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(self._columns)

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._writer.writerow([_harmless(row.get(name)) for name in self._columns])

    def close(self) -> None:
        self._file.close()


class _Rows(WorksheetWriter):
    """Where rows of a workbook lie until it is finished.

    openpyxl's own file is in the system's temporary folder, where a killed process leaves it;
    beside the table it is swept with the spool.
    """

    def __init__(self, sheet: WriteOnlyWorksheet, path: Path) -> None:
        self._path = path
        super().__init__(sheet, str(path))

    def cleanup(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)


class _Xlsx(Table):
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        super().__init__(path, columns)
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("documents")
        self._rows = _Rows(self._sheet, path.with_suffix(".rows"))
        self._sheet._writer = self._rows  # noqa: SLF001 - in place of the one that it would make
        self._rows.write_top()
        self._sheet.append(list(self._columns))

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._sheet.append([self._cell(row.get(name)) for name in self._columns])

    def close(self) -> None:
        try:
            self._book.save(self._path)
        finally:
            self._rows.cleanup()

    def _cell(self, text: str | None) -> Any:
        if text is None:
            return None
        cell = WriteOnlyCell(self._sheet, text)
        # A text, whatever it looks like: no formula, no number without its zeros.
        cell.data_type = "s"
        return cell


class _Parquet(Table):
    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        super().__init__(path, columns)
        self._schema = pa.schema([(name, pa.string()) for name in self._columns])
        self._writer = pq.ParquetWriter(path, self._schema)
        self._waiting: list[Row] = []

    def add(self, rows: Sequence[Row]) -> None:
        self._waiting += rows
        if len(self._waiting) >= PARQUET_ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        columns = [[row.get(name) for row in self._waiting] for name in self._columns]
        arrays = [pa.array(column, pa.string()) for column in columns]
        self._writer.write_table(pa.table(arrays, schema=self._schema))
        self._waiting = []


_TABLES: Mapping[Format, type[Table]] = {
    Format.CSV: _Csv,
    Format.XLSX: _Xlsx,
    Format.PARQUET: _Parquet,
}


def _harmless(text: str | None) -> str:
    if text is None:
        return ""
    return f"'{text}" if text.startswith(_FORMULA) else text
