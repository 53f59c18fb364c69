"""What a role looks like: a terminal code, a mark that needs no colour, and CSS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorlab.scene.record import Role


@dataclass(frozen=True, slots=True)
class Look:
    """How a role is drawn."""

    ansi: str
    """Parameters of the terminal's SGR sequence; empty for none."""
    marks: tuple[str, str]
    """Around the text of a strip's or grid's cell, so that colour is never the only carrier."""
    css: str
    """Declarations for light and dark backgrounds alike."""


LOOKS: dict[Role, Look] = {
    "plain": Look("", (" ", " "), ""),
    "strong": Look("1", (" ", " "), "font-weight:bold"),
    "dim": Look("2", (" ", " "), "opacity:.65"),
    "good": Look("32", (" ", " "), "color:#1a7f37"),
    "bad": Look("31", (" ", " "), "color:#d1242f"),
    "used": Look("1;36", ("[", "]"), "background:#9ad1f5;color:#111;font-weight:bold"),
    "reused": Look("1;35", ("<", ">"), "background:#e3b7f0;color:#111;font-weight:bold;text-decoration:underline"),
    "hole": Look("2", (" ", " "), "opacity:.65"),
    "unknown": Look("33", ("?", "?"), "background:#f5dc9a;color:#111;font-style:italic"),
}


HUE_LOOKS: tuple[Look, ...] = tuple(
    Look(f"30;48;5;{ansi}", ("[", "]"), f"background:{css};color:#111")
    for ansi, css in (
        (110, "#77aadd"),
        (173, "#ee8866"),
        (222, "#eedd88"),
        (218, "#ffaabb"),
        (117, "#99ddff"),
        (79, "#44bb99"),
        (149, "#bbcc33"),
        (143, "#aaaa00"),
    )
)
"""Of boxes that are used, by their hue: colours that carry dark text and stay apart for most colour-blind eyes.

The CSS ones are the scheme "light" of Paul Tol, Colour Schemes (SRON technical note 09-002, 2021); the terminal's are
the nearest of its 256.
"""


def look(role: Role, hue: int | None = None) -> Look:
    """How a box of this role is drawn: a hue gives its colour to what is used, a reused box keeps its marks and line.

    >>> look("used", 0).css, look("reused", 0).marks, look("hole", 0) == LOOKS["hole"]
    ('background:#77aadd;color:#111', ('<', '>'), True)
    """
    if hue is None or role not in {"used", "reused"}:
        return LOOKS[role]
    tint = HUE_LOOKS[hue]
    if role == "used":
        return tint
    return Look(f"{tint.ansi};4", LOOKS["reused"].marks, f"{tint.css};text-decoration:underline")


def paint(text: str, role: Role, hue: int | None = None) -> str:
    r"""The text between the terminal codes of its role and hue.

    >>> paint("3", "used")
    '\x1b[1;36m3\x1b[0m'
    >>> paint("3", "plain")
    '3'
    """
    ansi = look(role, hue).ansi
    return f"\x1b[{ansi}m{text}\x1b[0m" if ansi and text else text
