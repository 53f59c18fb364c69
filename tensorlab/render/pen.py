"""How text is drawn: in how many columns, with terminal colours or not, in ASCII or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.render.palette import paint
from tensorlab.render.width import MOST_CHARACTERS, printable, shortened, to_ascii

if TYPE_CHECKING:
    from tensorlab.quantity import Quantity
    from tensorlab.scene.record import Role


@dataclass(frozen=True, slots=True)
class Pen:
    r"""How text is drawn.

    >>> Pen(ascii=True).plain("4 µs"), Pen().paint("3", "used"), Pen(color=True).paint("3", "used")
    ('4 us', '3', '\x1b[1;36m3\x1b[0m')
    """

    width: int = 80
    color: bool = False
    ascii: bool = False

    def plain(self, text: str | Quantity) -> str:
        """The text that will be drawn, without colour."""
        words = text if isinstance(text, str) else str(text)
        if words.isascii() and words.isprintable() and len(words) <= MOST_CHARACTERS:
            return words
        clean = printable(shortened(words))
        return to_ascii(clean) if self.ascii else clean

    def paint(self, text: str, role: Role, hue: int | None = None) -> str:
        """The text in the colour of its role and hue, where colours are on."""
        return paint(text, role, hue) if self.color else text
