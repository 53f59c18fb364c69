"""``tensorlab.recording``: what ran, and what that tells."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
import torch

import tensorlab
from tensorlab.errors import UnsupportedError


def test_every_node_of_alexnet_has_a_line_and_a_module() -> None:
    model = tensorlab.alexnet().train()
    with tensorlab.recording() as rec:
        out = model(torch.zeros(1, 3, 224, 224))
    graph = rec.graph(out, model=model)
    nodes = [graph.node(number) for number in range(len(graph))]
    made = [node for node in nodes if node.sequence is not None]
    names = {name for name, _ in model.named_modules()}
    assert len(made) == 25
    assert sum(node.module in names for node in made) == 25
    assert sum(node.line.startswith("network.py:") for node in made) == 25


def test_a_graph_knows_its_lines_inside_after_and_by_the_recording() -> None:
    x = torch.ones(3, requires_grad=True)
    with tensorlab.recording() as rec:
        loss = (x * 2).sum()
        inside = tensorlab.graph(loss)
    after = tensorlab.graph(loss)
    found = [[graph.node(number).line for number in (1, 2)] for graph in (inside, after, rec.graph(loss))]
    assert found[0] == found[1] == found[2]
    assert all(line.startswith("test_recordings.py:") for line in found[0])


def test_a_recording_that_is_gone_tells_nothing() -> None:
    x = torch.ones(3, requires_grad=True)
    with tensorlab.recording() as rec:
        loss = (x * 2).sum()
    tracer = weakref.ref(rec.tracer)
    del rec
    gc.collect()
    assert tracer() is None
    assert tensorlab.graph(loss).node(1).line == ""


def test_saved_check_and_why_are_answered() -> None:
    x = torch.ones(3, requires_grad=True)
    with tensorlab.recording() as rec:
        y = x.exp()
        y.add_(1)
        loss = (y.detach() * 2).sum()
    assert str(rec.saved(y)).startswith("slots 1")
    assert "exp" in str(rec.check(y.sum())).lower()
    assert "detach" in str(rec.why_no_grad(x, loss))


def test_a_backward_that_fails_in_the_block_is_explained() -> None:
    x: Any = torch.ones(3, requires_grad=True)
    rec = tensorlab.recording()

    def program() -> None:
        with rec:
            y = x.exp()
            y.add_(1)
            y.sum().backward()

    with pytest.raises(RuntimeError, match="inplace") as raised:
        program()
    assert rec.failure is not None
    assert any("add_" in note for note in raised.value.__notes__)


def test_a_backward_that_fails_and_is_caught_in_the_block_is_explained_too() -> None:
    x: Any = torch.ones(3, requires_grad=True)
    gc.collect()
    gc.disable()
    try:
        with tensorlab.recording() as rec:
            y = x.sigmoid()
            y.mul_(2)
            loss = y.sum()
            with pytest.raises(RuntimeError, match="inplace") as raised:
                loss.backward()
            notes = raised.value.__notes__
            gone = weakref.ref(loss)
            del loss, y, raised
            assert gone() is None
        known = weakref.ref(rec)
        del rec
        assert known() is None
    finally:
        gc.enable()
    assert [note.partition(" ")[0] for note in notes] == ["SigmoidBackward0.result", "cure:"]


def test_what_was_explained_in_the_block_is_not_explained_anew_when_it_leaves_it() -> None:
    x: Any = torch.ones(3, requires_grad=True)
    rec = tensorlab.recording()

    def program() -> None:
        with rec:
            y = x.sigmoid()
            y.mul_(2)
            loss = y.sum()
            try:
                torch.autograd.grad(loss, x)
            except RuntimeError as error:
                del y, loss
                raise error.with_traceback(None) from None

    with pytest.raises(RuntimeError, match="inplace") as raised:
        program()
    assert len(raised.value.__notes__) == 2
    assert str(rec.failure) == raised.value.__notes__[0]


def test_a_block_that_raises_leaves_no_mode_behind() -> None:
    rec = tensorlab.recording()

    def program() -> None:
        with rec:
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        program()
    torch.ones(3).sin()
    assert rec.calls == ()
    assert rec.failure is None


def test_what_is_no_model_and_no_loss_is_refused() -> None:
    with pytest.raises(UnsupportedError, match=r"a model is a torch.nn.Module; got str"):
        tensorlab.recording("alexnet")
    rec = tensorlab.recording()
    with pytest.raises(UnsupportedError, match="loss"):
        rec.check(3)  # type: ignore[arg-type]  # what is tested


def test_a_recording_says_how_many_calls_it_holds_and_names_leaves_by_its_model() -> None:
    layer = torch.nn.Linear(2, 3)
    with tensorlab.recording(layer) as rec:
        loss = layer(torch.ones(1, 2)).sum()
    assert repr(rec).startswith("<tensorlab.Recording of ")
    assert {rec.graph(loss).node(number).label for number in range(2)} == {"weight", "bias"}
