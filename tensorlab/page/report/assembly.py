"""The page of a run put together: its markup, style and program from this folder, and what the files say."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.bench.ceilings.record import Ceilings
from tensorlab.bench.chasing.record import ChaseRun
from tensorlab.bench.crossing.record import Crossings
from tensorlab.bench.honesty.record import Honesty
from tensorlab.bench.striding.record import StrideRun
from tensorlab.models.record import LayerTimes
from tensorlab.page.report.environment import environment
from tensorlab.page.report.rows import gathered
from tensorlab.page.report.sections import Section, sections

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.store import Loaded
    from tensorlab.page.report.charts import Plot
    from tensorlab.page.report.sections import Record

PROGRAM = ("tips.js", "tables.js", "raw.js")
_PLACE = re.compile(r"\{\{(\w+)\}\}")


class Source(NamedTuple):
    """A file that the page is made of."""

    name: str
    """Without its folder."""
    text: str


def report_page(
    run: tuple[Source, Loaded], beside: tuple[tuple[Source, Record], ...], paint: Callable[[Plot], str]
) -> str:
    """The page, which asks for nothing outside itself.

    Args:
        run: The file of runs, and what it holds.
        beside: Other files, each with its record.
        paint: What makes SVG of a plot.
    """
    source, loaded = run
    first = source.text.count("\n") - len(loaded.rows) + 1
    rows = gathered(loaded.rows, first)
    parts = sections(loaded, rows, tuple(record for _, record in beside), paint)
    program = "\n".join(map(_text, PROGRAM))
    digest = b64encode(sha256(program.encode()).digest()).decode()
    every = (*parts, Section("environment", "Environment", environment(loaded.header)), _raw(source, beside))
    header = loaded.header
    filled = {
        "title": escape(f"{header.host.cpu}, {header.created}"),
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'",
        "style": _text("report.css"),
        "machine": escape(header.host.cpu),
        "created": escape(header.created),
        "links": "".join(f'<a href="#{part.key}">{escape(part.title)}</a>' for part in every),
        "sections": "\n".join(map(_section, every)),
        "program": program,
    }
    return _PLACE.sub(lambda found: filled[found[1]], _text("page.html"))


def _section(part: Section) -> str:
    return f'<section id="{part.key}"><h2>{escape(part.title)}</h2>\n{part.body}\n</section>'


def _raw(source: Source, beside: tuple[tuple[Source, Record], ...]) -> Section:
    files_ = (source, *(one for one, _ in beside))
    told = "".join(_file(number, one) for number, one in enumerate(files_))
    lead = "Every figure above follows from these files; they are in this page as they were, byte by byte."
    return Section("raw", "Raw data", f'<p class="note">{lead}</p>{told}')


def _file(number: int, source: Source) -> str:
    """As text in a folded part, which costs nothing until it is opened."""
    name, size = escape(source.name), f"{len(source.text.encode()):,} B"
    text = escape(source.text, quote=False)
    return (
        f'<details class="file"><summary><code>{name}</code> <span class="dim">{size}</span></summary>'
        f'<pre class="raw" id="raw-{number}" data-name="{name}">\n{text}</pre></details>'
    )


def _text(name: str) -> str:
    return files("tensorlab.page.report").joinpath(name).read_text(encoding="utf-8")


RECORDS: tuple[type[Record], ...] = (Ceilings, StrideRun, ChaseRun, Crossings, LayerTimes, Honesty)
"""What a file beside the run may hold."""
