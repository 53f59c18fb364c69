"""Nodes of threads that nobody recorded, whose sequence numbers are those of recorded ones."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import torch
from torch import nn

import tensorlab

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.autograd.record import Graph


def lines(graph: Graph) -> set[str]:
    nodes = [graph.node(number) for number in range(len(graph))]
    return {node.line.partition(":")[0] for node in nodes if node.role != "leaf"}


def chain() -> torch.Tensor:
    x = torch.ones(3, requires_grad=True)
    for _ in range(50):
        x = x * 2
    return x


def elsewhere(function: Callable[[], torch.Tensor]) -> torch.Tensor:
    made: list[torch.Tensor] = []
    thread = Thread(target=lambda: made.append(function()))
    thread.start()
    thread.join()
    return made[0]


def test_the_same_program_in_another_thread_has_no_lines() -> None:
    with tensorlab.recording() as rec:
        here = chain()
    there = elsewhere(chain)
    assert lines(rec.graph(here)) == {"test_strangers.py"}
    assert lines(rec.graph(there)) == {""}
    assert lines(rec.graph([here, there])) == {"", "test_strangers.py"}


def test_what_goes_on_from_another_threads_nodes_does_not_make_them_known() -> None:
    rec = tensorlab.recording()

    def recorded() -> torch.Tensor:
        with rec:
            return chain()

    here, there = elsewhere(recorded), elsewhere(chain)
    assert lines(rec.graph(here)) == {"test_strangers.py"}
    chain()
    assert lines(rec.graph(there.sum())) == {""}, "the sum's own number is one that nothing recorded has"


def test_a_thread_that_shares_its_parameters_has_no_lines() -> None:
    model, x = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 1)), torch.ones(2, 3)
    with tensorlab.recording() as rec:
        here = model(x).sum()
    there = elsewhere(lambda: model(x).sum())
    assert lines(rec.graph(here)) == {"test_strangers.py"}
    assert lines(rec.graph(there)) == {""}


def test_what_came_from_a_thread_into_a_recording_takes_no_line_away() -> None:
    given = elsewhere(lambda: torch.ones(3, requires_grad=True) * 2)
    with tensorlab.recording() as rec:
        loss = (given * 2).exp().sum()
    graph = rec.graph(loss)
    told = [graph.node(number).line for number in range(len(graph))]
    assert told[:2] == ["", ""]
    assert all(told[2:])


def test_parameters_whose_memory_is_replaced_afterwards_keep_their_lines() -> None:
    model = nn.Linear(3, 1)
    with tensorlab.recording() as rec:
        loss = model(torch.ones(2, 3)).sum()
    model.weight.data = torch.zeros(1, 3)
    assert lines(rec.graph(loss)) == {"test_strangers.py"}


def test_operators_on_lists_make_nodes_of_their_elements() -> None:
    with tensorlab.recording() as rec:
        made = torch._foreach_exp([torch.ones(3, requires_grad=True)])
        torch._foreach_add_(made, 1.0)
        torch._foreach_mul_(made, made)
        loss = made[0] + torch._foreach_norm(made)[0]
    assert lines(rec.graph(loss)) == {"test_strangers.py"}
