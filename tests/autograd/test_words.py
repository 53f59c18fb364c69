"""Special nodes in words: one program each, captured and told; none raises."""

from __future__ import annotations

import gc
import weakref
from array import array

import pytest
import torch
from support.special_graphs import SPECIALS, Cycling, applied, freed, leaf, tied, written_leaf, written_slice

import tensorlab
from tensorlab.autograd.capture import capture
from tensorlab.autograd.record import Graph
from tensorlab.autograd.words import worded

pytestmark = pytest.mark.filterwarnings("ignore:.*(sparse|Sparse|nested|prototype)", "ignore:The .grad attribute")


@pytest.mark.parametrize("name", SPECIALS)
def test_each_special_graph_is_told_in_words(name: str) -> None:
    special = SPECIALS[name]
    graph = capture(special.make())
    told = "\n".join(graph.notes())
    place = 0
    for words in special.words:
        place = told.find(words, place)
        assert place >= 0, f"{words!r} is not there, or not in order:\n{told}"
    roles = [graph.node(number).role for number in range(len(graph))]
    if special.roles:
        assert tuple(role for role in roles if role not in {"op", "leaf"}) == special.roles
    assert special.nodes in {None, len(graph)}
    if not special.words:
        assert told == ""
    if graph.slots is not None:
        assert [saved for saved in graph.slots if saved.nbytes < 0] == []
        graph.saved()


def test_edges_of_copy_slices_name_base_and_value() -> None:
    graph = capture(written_slice())
    (node,) = (graph.node(number) for number in range(len(graph)) if graph.node(number).role == "copy-slices")
    goes = {output: target for source, output, target, _ in graph.each_edge() if source == node.number}
    base, value = (f"gradient 0 goes to the base, #{goes[0]} MulBackward0", f"1 to the value, #{goes[1]} SinBackward0")
    assert node.notes == (
        f"an in-place write to a view: {base}; gradient {value}",
        "it hides what the write saved: those bytes are known only where they were recorded",
    )


def test_the_words_keep_nothing_alive() -> None:
    y = applied(Cycling, leaf())
    gone = weakref.ref(y.grad_fn.out)
    graph = capture(y.sum())
    y.grad_fn.out = None
    del y
    assert gone() is None
    assert len(graph.notes()) == 1


def test_the_cycle_that_is_warned_of_is_one() -> None:
    y = applied(Cycling, leaf())
    gone = weakref.ref(y)
    gc.disable()
    try:
        del y
        assert gone() is not None
    finally:
        gc.enable()
    gc.collect()
    assert gone() is None


def test_a_written_leaf_and_a_freed_graph_are_captured_as_they_are() -> None:
    assert capture(written_leaf()).node(0).role == "leaf"
    graph = capture(freed())
    assert graph.slots is not None
    assert {saved.state for saved in graph.slots} == {"freed"}


def test_a_leaf_that_is_used_twice_says_so() -> None:
    graph = capture(tied())
    assert [graph.node(number).notes for number in range(len(graph)) if graph.node(number).notes] == [
        ("used 2 times: its gradients are added up",)
    ]


def test_an_ordinary_graph_costs_no_detail() -> None:
    names, edges = ("MulBackward0", "SinBackward0"), array("q", [1, 0, 0, 0])
    graph = Graph(names=names, kinds=array("q", [0, 1]), edges=edges, roots=((1, 0),))
    assert worded(graph) == graph
    assert worded(graph).details == {}


def test_many_outputs_are_counted_and_not_listed() -> None:
    rows = torch.ones(40, 2, requires_grad=True).unbind(0)
    graph = capture(sum(rows[:20]))
    assert graph.notes() == ("#1 UnbindBackward0: 40 outputs, of which this graph uses 20; the others get no gradient",)


def test_words_are_said_once() -> None:
    graph = capture(written_slice())
    assert worded(graph) == graph


@pytest.mark.parametrize("name", SPECIALS)
def test_each_special_graph_has_a_picture_that_says_its_words(name: str) -> None:
    special = SPECIALS[name]
    graph = capture(special.make())
    told = " ".join(str(tensorlab.show(graph)).split())
    for words in special.words[:1]:
        assert words.partition(": ")[2] or words in told
    assert told.startswith(f"autograd graph: {len(graph)} node")


@pytest.mark.parametrize("name", SPECIALS)
def test_each_special_graph_can_be_asked_under_a_recording(name: str) -> None:
    with tensorlab.recording() as rec:
        outputs = SPECIALS[name].make()
    graph = rec.graph(outputs)
    assert graph.notes() == tuple(note for note in graph.notes() if note)
    assert len(rec.saved(outputs).slots) == len(graph.saved().slots)
    for loss in outputs if isinstance(outputs, (list, tuple)) else [outputs]:
        if isinstance(loss, torch.Tensor):
            assert str(rec.check(loss))
            assert str(rec.why_no_grad(leaf(), loss))
            assert str(rec.find_nan(loss))
