"""The style sheet and the script of a figure, as they stand in it: without comments, in one line each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tensorlab.render.palette import HUE_LOOKS, LOOKS

SCOPE = ".tensorlab.tensorlab.tensorlab"
_MIXED = {"good": "#12b347", "bad": "#ff3b4e"}
"""Half of it, half of the page's own colour of text: dark on light pages, light on dark ones."""


@cache
def style() -> str:
    """Rules for one figure, none of which reaches outside it; colours of boxes are the palette's.

    >>> "</" in style(), "url(" in style(), "var(" in style()
    (False, False, False)
    """
    rules = [line for line in _lines("html.css") if not line.startswith("/*")]
    rules += [f"@ .tl-{name}{{{_mixed(name)}}}" for name in _MIXED]
    rules += [f"@ .tl-{key}{{{LOOKS[role].css}}}" for key, role in (("u", "used"), ("r", "reused"), ("q", "unknown"))]  # type: ignore[index]  # roles
    rules += [f"@ .tl-h{number}{{{look.css}}}" for number, look in enumerate(HUE_LOOKS)]
    rules += [
        "@ td.tl-r{border-bottom:3px double currentColor}",
        "@ td.tl-o0,@ b.tl-o0{border:1px dotted rgba(128,128,128,.95)}",
    ]
    return "".join(rules).replace("@media", "\0").replace("@", SCOPE).replace("\0", "@media")


def _mixed(name: str) -> str:
    plain = LOOKS["good"].css if name == "good" else LOOKS["bad"].css
    return f"{plain};color:color-mix(in srgb,currentColor 45%,{_MIXED[name]})"


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
