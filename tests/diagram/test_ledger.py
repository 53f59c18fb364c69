from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

import tensorlab
from tensorlab.diagram.ledger import ledger_scene
from tensorlab.render.text import text

if TYPE_CHECKING:
    from tensorlab.autograd.ledger.record import Ledger

SLOTS = """\
what backward keeps: 5 slots, 10 nodes
                          bytes
parameters              1,024 B
inputs                     64 B
activations               256 B
counted more than once    128 B
all slots as they are   1,472 B

slot                     shape      bytes  of
#6 ReluBackward0.result  (2, 16)    128 B  activation
#9 PowBackward0.self     (2, 16)    128 B  activation
#5 AddmmBackward0.mat1   (2, 8)      64 B  input
… 2 more slots                    1,024 B

backward frees up to 256 B of it"""
MODULES = """\
what backward keeps: 5 slots, 10 nodes
                          bytes
parameters              1,024 B
inputs                     64 B
activations               256 B
counted more than once    128 B
all slots as they are   1,472 B

module             activations  share  parameters  slots
odd                      128 B  50.0%     1,024 B      2
elsewhere                128 B  50.0%                  2
... 1 more module                                      1

backward frees up to 256 B of it"""


def network() -> Ledger:
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 16))
    return tensorlab.graph(model(torch.zeros(2, 8)).square(), model=model).saved()


def drawn(*outputs: torch.Tensor) -> str:
    return str(tensorlab.show(tensorlab.graph(outputs).saved()))


def test_slots_are_drawn() -> None:
    assert text(ledger_scene(network(), limit=3)) == SLOTS


def test_modules_are_drawn_where_they_are_known() -> None:
    ledger = network()
    places = ("first", "odd", "", "odd", "")
    slots = tuple(replace(saved, module=place) for saved, place in zip(ledger.slots, places, strict=True))
    known = replace(ledger, slots=slots)
    assert text(ledger_scene(known, limit=2), ascii=True) == MODULES
    assert "\nline       activations   share" in text(ledger_scene(known, "line"))


def test_a_slice_that_keeps_the_whole_is_told() -> None:
    weight, x = torch.ones(10, requires_grad=True), torch.zeros(1000)
    assert "\n#1 MulBackward0.self uses 40 B of the 4,000 B kept for it (100x)" in drawn(x[:10] * weight)
    told = "#1 MulBackward0.self, #2 MulBackward0.self use 80 B of the 4,000 B kept for them"
    assert told in drawn(x[:10] * weight, x[20:30] * weight)


def test_what_cannot_be_counted_is_told() -> None:
    x = torch.ones(4, requires_grad=True)
    freed = x.exp()
    freed.sum().backward()  # type: ignore[no-untyped-call]  # torch does not say its types
    assert drawn(freed).endswith("1 slot freed: backward has run through those nodes")
    written = x.clone()
    written[1:].mul_(x[1:])
    assert drawn(written).endswith("unknown: #3 CopySlices hides what it saves; record it to count")
    again = checkpoint(lambda t: t.exp(), x, use_reentrant=False)
    assert drawn(again).endswith("1 slot held by hooks; not counted above")
    with torch.autograd.graph.save_on_cpu():
        packed = x.exp()
    assert drawn(packed).endswith("1 slot held by hooks, 16 B as they are packed; not counted above")


def test_a_graph_that_keeps_nothing_says_so() -> None:
    assert drawn(torch.ones(4, requires_grad=True).sum()).endswith("these nodes keep no tensor for backward")
