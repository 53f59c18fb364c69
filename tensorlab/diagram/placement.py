"""A module over several devices: its parts and what is handed over between them, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.bench.stats import summary
from tensorlab.quantity import Quantity, digits, prefixed, ratio
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.models.placement.record import Placed, Step
    from tensorlab.scene.record import Role

_HEAD = ("part", "device", "bytes", "time", "±", "GB/s")


def placed_scene(placed: Placed) -> Group:
    """The picture of a pass: a row a part, and one for what is handed to it.

    >>> from tensorlab.models.placement.record import Placed
    >>> placed = Placed(module="Net", home="cpu", places=(), steps=(), held=(("cpu", 8),), whole=(1.0,), alone=(1.0,),
    ...                 error=0.0)
    >>> placed_scene(placed).title
    'Net: nothing is handed over, all parts lie on cpu'
    """
    whole, alone = summary(placed.whole), summary(placed.alone)
    lines = [f"{device} holds {Quantity(nbytes, 'B')} of parameters and buffers" for device, nbytes in placed.held]
    lines.append(
        f"a pass: {prefixed(whole.median, 's')} ±{digits(whole.spread * 100)}%; all on {placed.home}: "
        f"{prefixed(alone.median, 's')} ±{digits(alone.spread * 100)}%, {ratio(placed.gain)} as fast placed so"
    )
    if placed.error is not None:
        far = f"differs from that of one device by {placed.error:.0e} of its largest value"
        lines.append(f"the result {far if placed.error else 'is that of one device'}")
    lines.append("bytes: of parameters, and of what is handed over; every device is waited for after each row")
    role: Role = "dim" if placed.agrees else "bad"
    table = Table(_HEAD, tuple(map(_row, placed.steps)))
    return Group((table, *(Text((Span(words, role),)) for words in lines)), title=str(placed))


def _row(step: Step) -> tuple[Cell, ...]:
    time = step.time
    where = f"{step.source} to {step.device}" if step.is_handover else step.device
    name = f"to {step.name or 'the module'}" if step.is_handover else step.name or "the module"
    role: Role = "strong" if step.is_handover else "plain"
    numbers = (
        f"{step.nbytes:,}",
        prefixed(time.median, "s"),
        f"{digits(time.spread * 100)}%",
        digits(step.rate / 1e9) if step.is_handover else "",
    )
    return (
        Cell(Span(name, role)),
        Cell(Span(where, role)),
        *(Cell(Span(words, role), right=True) for words in numbers),
    )
