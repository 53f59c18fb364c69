"""An answer about sharing as a picture: the sentence, the two elements, and what decided it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.record import Answer
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.layout.record import Method
    from tensorlab.memory.sharing.record import Sharing
    from tensorlab.scene.record import Element, Role

_ROLES: dict[Answer, Role] = {Answer.YES: "reused", Answer.NO: "used", Answer.UNKNOWN: "unknown"}
_DECIDED: dict[Method, str] = {
    "empty": "there are no bytes to compare",
    "bounds": "their first and last bytes",
    "gcd": "the greatest common divisor of the strides",
    "nested strides": "strides that step over one another",
    "search": "a search over all indices",
    "bitset": "a mark for every position",
    "cap": "nothing",
}


def answer_scene(sharing: Sharing) -> Group:
    """The picture of an answer.

    >>> from tensorlab.layout.record import Overlap
    >>> from tensorlab.memory.sharing.record import Sharing
    >>> scene = answer_scene(Sharing(Overlap(Answer.NO, "gcd"), "gcd: no sum of their strides leads there"))
    >>> scene.children[0].spans[0].text
    'NO (gcd): no sum of their strides leads there'
    """
    sentence = Text((Span(str(sharing), _ROLES[sharing.answer]),))
    rows = [("answer", sharing.answer.name), ("decided by", f"{sharing.overlap.method}: {_decided(sharing)}")]
    if sharing.elements is not None:
        first, second = sharing.elements
        storage = first[: first.rindex("[")]
        rows += [
            ("elements", f"{first} and {second}"),
            ("byte", f"{sharing.overlap.byte:,} of the storage of {storage}"),
        ]
    children: list[Element] = [sentence]
    children.append(Table(("", ""), tuple((Cell(Span(name, "dim")), Cell(Span(words))) for name, words in rows)))
    return Group(tuple(children))


def _decided(sharing: Sharing) -> str:
    if sharing.overlap.method == "empty":
        return sharing.reason.partition(": ")[0]
    return _DECIDED[sharing.overlap.method]
