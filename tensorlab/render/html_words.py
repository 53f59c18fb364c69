"""Text as HTML can hold it, and the class and attributes of a box."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from tensorlab.render.palette import LOOKS
from tensorlab.render.width import printable, shortened

if TYPE_CHECKING:
    from tensorlab.scene.record import Cell, Role, Span, Tie

_CLASSES: dict[Role, str] = {"strong": "tl-b", "dim": "tl-dim", "good": "tl-good", "bad": "tl-bad"}
_BOXES: dict[Role, str] = {"used": "tl-u", "reused": "tl-r", "hole": "tl-o0", "unknown": "tl-q"}
_SIGNS: dict[Role, tuple[str, str]] = {
    "reused": LOOKS["reused"].marks,
    "hole": ("(", ")"),
    "unknown": LOOKS["unknown"].marks,
}


def safe(text: object) -> str:
    r"""Text that is text, whatever it holds: markup escaped, what HTML cannot hold written as Python would.

    >>> safe("<b>"), safe("a\x00\ud800")
    ('&lt;b&gt;', 'a\\x00\\ud800')
    """
    return escape(printable(shortened(str(text))))


def span(part: Span) -> str:
    """A piece of text in the look of its role; spaces beside one another stay.

    >>> from tensorlab.scene.record import Span
    >>> span(Span("yes", "good")), span(Span("a   b"))
    ('<span class="tl-good">yes</span>', 'a &nbsp; b')
    """
    words = safe(part.text).replace("   ", " &nbsp; ").replace("  ", "&nbsp; ")
    if part.role in _BOXES:
        return f'<span class="{_BOXES[part.role]}">{words}</span>'
    if part.role == "strong":
        return f"<b>{words}</b>"
    name = _CLASSES.get(part.role)
    return f'<span class="{name}">{words}</span>' if name else words


def box_class(role: Role, hue: int | None) -> str:
    """The class of a box; a hue is that of what is used.

    >>> box_class("used", None), box_class("reused", 3), box_class("hole", 3), box_class("plain", None)
    ('tl-u', 'tl-r tl-h3', 'tl-o0', '')
    """
    if role in {"used", "reused"} and hue is not None:
        return f"tl-h{hue}" if role == "used" else f"tl-r tl-h{hue}"
    return _BOXES.get(role) or _CLASSES.get(role, "")


def signed(words: str, role: Role) -> str:
    """The words between signs that are seen where colours are not: where styles are stripped, and in forced colours.

    >>> signed("3", "used"), signed("3", "reused")
    ('3', '<i>&lt;</i>3<i>&gt;</i>')
    """
    if role not in _SIGNS:
        return words
    left, right = map(escape, _SIGNS[role])
    return f"<i>{left}</i>{words}<i>{right}</i>"


def fitting(lengths: list[int], over: int) -> int:
    """Characters that a note may have so that all notes together lose as many as are over; 0 where that is not enough.

    >>> fitting([10, 50, 60], 30), fitting([10, 50, 60], 100), fitting([10], 11)
    (40, 6, 0)
    """
    return max(0, bisect_right(range(max(lengths, default=0)), -over, key=lambda n: -_saved(lengths, n)) - 1)


def _saved(lengths: list[int], most: int) -> int:
    return sum(length - most for length in lengths if length > most)


@dataclass(frozen=True, slots=True)
class Ink:
    """What one figure has written so far: its spaces have numbers, and so have the boxes that arrows lead to."""

    most: int = 1000
    """Characters of a note."""
    notes: list[int] = field(default_factory=list)
    """How long they are."""
    spaces: dict[str, int] = field(default_factory=dict)
    sources: dict[Tie, int] = field(default_factory=dict)
    targets: dict[Tie, int] = field(default_factory=dict)

    def tie(self, tie: Tie) -> str:
        """A range of a space, whose name may hold anything, in numbers.

        >>> ink = Ink()
        >>> ink.tie(("storage 0", 0, 8)), ink.tie(("box", 3, 4)), ink.tie(("storage 0", 8, 16))
        ('0,0,8', '1,3,4', '0,8,16')
        """
        space, start, stop = tie
        return f"{self.spaces.setdefault(space, len(self.spaces))},{start},{stop}"

    def links(self, links: tuple[tuple[Tie, Tie], ...], *, told: bool = False) -> str:
        """Arrows for the script to place, one a link; and a number for each box that one leads to, before it is drawn.

        ``told`` is whether the pointers tell in words of their own where they lead.

        >>> from tensorlab.scene.record import Cell, Span
        >>> ink = Ink()
        >>> ink.links(((("storage 0", 0, 8), ("box", 0, 1)),))
        '<path data-l="0,0,8 1,0,1"></path>'
        >>> ink.box(Cell(Span("5"), ties=(("box", 0, 1),)))
        '<td data-t="1,0,1">5<sub>1</sub></td>'
        """
        for source, target in () if told else links:
            number = self.targets.setdefault(target, len(self.targets) + 1)
            self.sources.setdefault(source, number)
        return "".join(f'<path data-l="{self.tie(source)} {self.tie(target)}"></path>' for source, target in links)

    def note(self, cell: Cell) -> str:
        """The tooltip of a box, as an attribute."""
        words = cell.note if len(cell.note) <= self.most else f"{cell.note[: self.most - 1]}…" if self.most else ""
        if not words:
            return ""
        self.notes.append(len(escaped := safe(words)))
        return f' title="{escaped}"'

    def box(self, cell: Cell, columns: int = 1, *, goes_on: bool = False) -> str:
        """A box of a strip or a grid; one that goes on from the line above has an ellipsis for its text."""
        name = box_class(cell.span.role, cell.hue)
        attributes = f' class="{name}"' if name else ""
        attributes += f' colspan="{columns}"' if columns > 1 else ""
        attributes += self._ties(cell) + self.note(cell)
        words = signed("…" if goes_on else safe(cell.span.text), cell.span.role)
        return f"<td{attributes}>{words}{'' if goes_on else self._arrow(cell)}</td>"

    def head(self, cell: Cell, columns: int = 1) -> str:
        """A box that numbers the column of boxes below it.

        >>> from tensorlab.scene.record import Cell, Span
        >>> Ink().head(Cell(Span("8", "dim"), note="byte 8"), 2)
        '<th scope="col" colspan="2" title="byte 8">8</th>'
        """
        wide = f' colspan="{columns}"' if columns > 1 else ""
        return f'<th scope="col"{wide}{self._ties(cell)}{self.note(cell)}>{safe(cell.span.text)}</th>'

    def _ties(self, cell: Cell) -> str:
        return f' data-t="{" ".join(map(self.tie, cell.ties))}"' if cell.ties else ""

    def _arrow(self, cell: Cell) -> str:
        """Where an arrow leads, in a number: the picture of it needs a script."""
        if not self.sources and not self.targets:
            return ""
        leads = [f"→{self.sources[tie]}" for tie in cell.ties if tie in self.sources]
        leads = leads or [str(self.targets[tie]) for tie in cell.ties if tie in self.targets]
        return f"<sub>{' '.join(leads)}</sub>" if leads else ""
