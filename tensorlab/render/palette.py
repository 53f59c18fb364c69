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


def paint(text: str, role: Role) -> str:
    r"""The text between the terminal codes of its role.

    >>> paint("3", "used")
    '\x1b[1;36m3\x1b[0m'
    >>> paint("3", "plain")
    '3'
    """
    ansi = LOOKS[role].ansi
    return f"\x1b[{ansi}m{text}\x1b[0m" if ansi and text else text
