"""A run as a page that stands alone: tables, plots, doubts, environment and raw data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tensorlab.errors import StoreError, UnavailableError

if TYPE_CHECKING:
    import os

    from tensorlab.page.report.sections import Record


def run_report(run: str | os.PathLike[str], *beside: str | os.PathLike[str]) -> str:
    """The text of a page that tells a run: one HTML file that asks for nothing outside itself.

    The same files give the same bytes.

    Args:
        run: JSON lines that ``tensorlab bench`` wrote.
        *beside: JSON of ``tensorlab ceilings``, ``bench stride``, ``bench chase``, ``bench crossover``,
            ``bench aa`` or ``alexnet``, as ``--json`` prints it: each fills its part of the page.

    Raises:
        UnavailableError: A file is not there; or the extra ``plot`` is not installed.
        StoreError: A file cannot be read, or holds nothing that the page tells.

    >>> import tensorlab, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = tensorlab.benchmark("add", sizes=8, devices="cpu", backends="numpy", output=f"{folder}/a.jsonl").path
    ...     page = run_report(path)
    >>> page.splitlines()[0], "default-src 'none'" in page
    ('<!doctype html>', True)
    """
    from tensorlab.bench.store import load
    from tensorlab.page.report.assembly import Source, report_page
    from tensorlab.page.report.painting import painted

    paths = [Path(name) for name in (run, *beside)]
    for path in paths:
        if not path.exists():
            raise UnavailableError(f"there is no file {str(path)!r}", hint="tensorlab bench writes one, under runs/")
    loaded = load(paths[0])
    first = Source(paths[0].name, _text(paths[0]))
    others = tuple((Source(path.name, _text(path)), _record(path)) for path in paths[1:])
    return report_page((first, loaded), others, painted)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from error


def _record(path: Path) -> Record:
    """The record that a file holds, by its fields.

    Raises:
        StoreError: It is none that the page tells.
    """
    from dataclasses import fields

    from tensorlab.codec import decode
    from tensorlab.page.report.assembly import RECORDS

    text = _text(path)
    if text.startswith('{"kind":"header"'):
        raise StoreError(f"{path} is a run too", hint="two runs stand side by side in: tensorlab bench compare")
    try:
        data = json.loads(text)
    except ValueError as error:
        raise StoreError(f"{path} is not JSON: {error}", hint=HINT) from error
    for kind in RECORDS:
        if isinstance(data, dict) and set(data) == {field.name for field in fields(kind)}:
            return decode(kind, data)
    raise StoreError(f"{path} holds nothing that a report tells", hint=HINT)


HINT = "give what --json of ceilings, bench stride, bench chase, bench crossover, bench aa or alexnet printed"
