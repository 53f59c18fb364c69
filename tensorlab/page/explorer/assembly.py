"""The explorer's page put together: its markup, style and program from this folder, and a start as numbers."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from tensorlab.diagram.layout_report import layout_scene
from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.layout.dtype import DTYPES
from tensorlab.layout.reports.numbers import report
from tensorlab.layout.shapes import numel
from tensorlab.render.palette import HUE_LOOKS
from tensorlab.render.svg import svg

if TYPE_CHECKING:
    from tensorlab.memory.record import Operand
    from tensorlab.views.record import Rules

MOST_BYTES = 4096
"""Of a storage that the page draws."""
MOST_ELEMENTS = 4096
"""Of a view that it steps through."""
MOST_AXES = 6
ALGEBRA = (
    "algebra_numbers.js", "algebra_facts.js", "algebra_overlap.js", "algebra_merging.js", "algebra_apply.js",
    "algebra_code.js", "algebra.js",
)  # fmt: skip
"""The files of the layouts' algebra, each after those that it uses; the last leaves what others may call."""
PROGRAM = (
    *ALGEBRA, "limits.js", "storages.js", "words.js", "chain.js", "link.js", "history.js",
    "elements.js", "lighting.js", "strip.js", "grid.js", "facts.js", "numbers.js", "patterns.js", "anew.js",
    "forms.js", "operations.js", "steps.js", "parts.js", "picture.js", "main.js",
)  # fmt: skip
"""The files of the program, each after those that it uses."""
_TORCH_ALONE = ("bfloat16", "float8_", "complex32", "float4_")
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def explorer(start: Operand, rules: Rules = "torch", *, name: str = "") -> str:
    """The page, which asks for nothing outside itself, opened at that start.

    Args:
        start: A layout, what its elements are, and the bytes of its storage.
        rules: Whose rules the page follows at first.
        name: What the start is, for the page's title.

    Raises:
        LayoutError: A stride is negative under torch's rules, or there are more axes, elements or bytes than it draws.
        UnsupportedError: Elements are of a dtype that torch and NumPy do not both describe alike.

    >>> from tensorlab.layout.dtype import dtype
    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.memory.record import Operand
    >>> page = explorer(Operand(Layout((4, 6), (24, 4), itemsize=4), dtype("float32"), 96))
    >>> page.startswith("<!doctype html>"), "default-src 'none'" in page
    (True, True)
    """
    require_small(start, rules)
    program = "\n".join(map(_text, PROGRAM))
    digest = b64encode(sha256(program.encode()).digest()).decode()
    layout = start.layout
    shape = ", ".join(map(str, layout.shape))
    parts = {
        "title": escape(name or f"({shape}) of {start.dtype.name}"),
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'",
        "style": f"{_text('explorer.css')}{_hues()}",
        "still": svg(layout_scene(report(layout, start.nbytes, dtype=start.dtype))),
        "start": _data(_facts(start, rules)),
        "program": program,
    }
    return _PLACE.sub(lambda found: parts[found[1]], _text("page.html"))


def require_small(start: Operand, rules: Rules) -> None:
    """Refuses what the page cannot draw, and says what to do.

    Raises:
        LayoutError: It is too large, or torch cannot hold it.
        UnsupportedError: Its dtype is not one that the page knows.
    """
    layout, kind = start.layout, start.dtype
    if kind.name not in DTYPES or (rules == "numpy" and kind.name.startswith(_TORCH_ALONE)):
        known = "those of torch" if rules == "torch" else "those of NumPy that torch has too"
        raise UnsupportedError(
            f"the explorer knows no dtype {kind.name!r} there: only {known}", hint="take one as large: uint8, int64"
        )
    smaller = "take a smaller shape, for one 4,6"
    for count, most, what, hint in (
        (len(layout.shape), MOST_AXES, "axes", "select or reshape some away"),
        (numel(layout.shape), MOST_ELEMENTS, "elements", smaller),
        (start.nbytes, MOST_BYTES, "bytes of storage", f"{smaller}, or a copy of a small view: .clone(), .copy()"),
    ):
        if count > most:
            raise LayoutError(f"the explorer draws {most:,} {what} at most; got {count:,}", hint=hint)
    if rules == "torch" and any(stride < 0 for stride in layout.strides):
        raise LayoutError(
            f"torch has no negative strides; got {layout.strides} bytes", hint="start from a NumPy expression"
        )


def _facts(start: Operand, rules: Rules) -> dict[str, object]:
    layout = start.layout
    empty = rules == "numpy" and 0 in layout.shape  # NumPy makes none that begins behind its storage
    return {
        "start": {
            "shape": layout.shape,
            "strides": layout.strides,
            "offset": min(layout.offset, start.nbytes) if empty else layout.offset,
            "dtype": start.dtype.name,
            "nbytes": start.nbytes,
            "rules": rules,
        },
        "most": {"bytes": MOST_BYTES, "elements": MOST_ELEMENTS, "axes": MOST_AXES},
        "hues": len(HUE_LOOKS),
        "dtypes": [
            {
                "name": kind.name,
                "itemsize": kind.itemsize,
                "kind": kind.kind,
                "numpy": not kind.name.startswith(_TORCH_ALONE),
            }
            for kind in DTYPES.values()
        ],
    }


def _hues() -> str:
    """A class for each hue of the palette, so that a box here has the colour that it has in a picture."""
    tints = [re.sub(r".*background:(#\w+).*", r"\1", look.css) for look in HUE_LOOKS]
    return "".join(f".hue{hue} {{ --tint: {tint}; }}\n" for hue, tint in enumerate(tints))


def _data(value: object) -> str:
    """JSON that no text in it can end: what starts a tag is written as an escape."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _text(name: str) -> str:
    return files("tensorlab.page.explorer").joinpath(name).read_text(encoding="utf-8")
