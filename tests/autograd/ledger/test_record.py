"""Totals and subtotals of slots that are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.autograd.ledger.record import Ledger, Subtotal
from tensorlab.autograd.saved.record import Saved
from tensorlab.layout.dtype import dtype
from tensorlab.layout.record import Layout
from tensorlab.memory.record import MemoryMap

if TYPE_CHECKING:
    from tensorlab.autograd.saved.record import Owner


def slot(node: int, count: int, owner: Owner | None, module: str = "", fresh: int | None = None) -> Saved:
    memory = MemoryMap(
        type="torch.Tensor",
        library="torch",
        shape=(count,),
        dtype=dtype("float32"),
        layout=Layout((count,), (4,), itemsize=4),
    )
    size = 4 * count if fresh is None else fresh
    return Saved(
        node=node, slot="self", state="held", memory=memory, owner=owner, name="Mul", module=module, line="", fresh=size
    )


LEDGER = Ledger(
    slots=(
        slot(1, 10, "parameter", "a"),
        slot(2, 20, "activation", "a"),
        slot(3, 20, "activation", "b", fresh=0),
        slot(4, 5, None, "b"),
        slot(5, 6, "buffer", "b"),
        slot(6, 1000, "activation", "c"),
        Saved(node=7, slot="result", state="freed"),
        Saved(node=8, slot="self", state="packed", memory=slot(8, 3, None).memory),
        Saved(node=9, slot="", state="unknown", name="CopySlices"),
    ),
    nodes=10,
    edges=9,
)


def test_the_line_tells_each_kind_where_there_is_one() -> None:
    assert str(LEDGER) == (
        "slots 8 naive 4,244 params 40 activations 4,080 input 0 double-counted 80 buffers 24 unclear 20 "
        "packed 1 slot 12 freed 1 slot unknown 1 node"
    )


def test_naive_is_the_sum_of_the_rest() -> None:
    parts = LEDGER.parameters + LEDGER.buffers + LEDGER.inputs + LEDGER.activations + LEDGER.unclear
    assert LEDGER.naive == parts + LEDGER.double_counted == 4_244


def test_modules_come_by_their_activations() -> None:
    assert [str(total) for total in LEDGER.by_module()] == [
        "c: 1 slot, 4,000 B: activations 4,000 B",
        "a: 2 slots, 120 B: activations 80 B, parameters 40 B",
        "b: 3 slots, 124 B: buffers 24 B, unclear 20 B",
        "not recorded: 3 slots, 0 B",
    ]
    assert sum(total.naive for total in LEDGER.by_line()) == LEDGER.naive
    assert LEDGER.by_line()[0] == Subtotal(
        name="", slots=9, naive=4_244, parameters=40, buffers=24, activations=4_080, unclear=20
    )
