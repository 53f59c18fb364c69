"""The style sheet and the script of a figure, as they stand in it: without comments, in one line each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tensorlab.render.palette import HUE_LOOKS, LOOKS

if TYPE_CHECKING:
    from tensorlab.scene.record import Role

SCOPE = ".tl.tl.tl"
"""The class of a figure, three times: above a notebook's rules for tables."""
_MIXED: dict[Role, str] = {"good": "#12b347", "bad": "#ff3b4e"}
"""Half of it, half of the page's own colour of text: dark on light pages, light on dark ones."""
_BOXES: dict[Role, str] = {"used": "tl-u", "reused": "tl-r", "unknown": "tl-q"}


@cache
def style() -> str:
    """Rules for one figure, none of which reaches outside it; colours of boxes are the palette's.

    >>> "</" in style(), "url(" in style(), "var(" in style()
    (False, False, False)
    """
    rules = [line for line in _lines("html.css") if not line.startswith("/*")]
    rules += [
        f"@ .tl-{role}{{{LOOKS[role].css};color:color-mix(in srgb,currentColor 45%,{color})}}"
        for role, color in _MIXED.items()
    ]
    rules += [f"@ .{name}{{{LOOKS[role].css}}}" for role, name in _BOXES.items()]
    rules += [f"@ .tl-h{number}{{{look.css}}}" for number, look in enumerate(HUE_LOOKS)]
    return "".join(rules).replace("@media", "\0").replace("@", SCOPE).replace("\0", "@media")


@cache
def script() -> str:
    """Statements that light boxes; joined to one line, for a host that joins lines itself.

    >>> "</" in script(), "http" in script()
    (False, False)
    """
    return " ".join(line for line in _lines("html.js") if not line.startswith("//"))


def _lines(name: str) -> list[str]:
    text = files("tensorlab.render").joinpath(name).read_text("utf-8")
    return [line for line in map(str.strip, text.splitlines()) if line]
