"""The verdict on a write, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.record import Answer
from tensorlab.quantity import Quantity
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.memory.writes.record import Safety, WriteVerdict
    from tensorlab.scene.record import Role

_ROLES: dict[Safety, Role] = {"SAFE": "good", "UNSAFE": "bad", "UNKNOWN": "unknown"}


def write_scene(verdict: WriteVerdict) -> Group:
    """The verdict in one word, then a line for each thing that it stands on."""
    addresses = "not known" if verdict.addresses is None else str(Quantity(verdict.addresses, ""))
    raising = verdict.raising + (f": {verdict.refusal}" if verdict.raises is not False and verdict.refusal else "")
    decided = verdict.overlap.method if verdict.overlap.answer is not Answer.UNKNOWN else ""
    rows = [
        ("written", str(Quantity(verdict.elements, "elements"))),
        ("addresses", addresses),
        ("meeting", verdict.meeting),
        ("reason", verdict.reason),
        ("decided by", decided),
        ("library", raising or "not known whether it raises"),
        ("instead", verdict.advice),
    ]
    table = Table(("", ""), tuple((Cell(Span(name, "dim")), Cell(Span(words))) for name, words in rows if words))
    return Group((Text((Span(verdict.safety, _ROLES[verdict.safety]),)), table))
