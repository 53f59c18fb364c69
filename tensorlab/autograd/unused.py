"""Which parameters of a module get no gradient, and why each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from tensorlab.autograd.findings.record import ModuleVerdict
from tensorlab.autograd.why import from_graph
from tensorlab.memory.naming import short_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.autograd.findings.record import GradVerdict


def is_module(thing: object) -> bool:
    """Whether it is a module of torch's.

    >>> is_module(torch.nn.ReLU()), is_module(torch.ones(2))
    (True, False)
    """
    return isinstance(thing, torch.nn.Module)


def of_each(module: torch.nn.Module, ask: Callable[[torch.Tensor], GradVerdict]) -> ModuleVerdict:
    """The verdict on each parameter, by its qualified name.

    >>> from tensorlab.autograd.why import by_itself
    >>> frozen = torch.nn.Linear(2, 1).requires_grad_(False)
    >>> print(of_each(frozen, by_itself))
    2 of 2 parameters of Linear get no gradient
    weight: no requires_grad: torch keeps no gradient of a tensor that does not ask for one
    bias: no requires_grad: torch keeps no gradient of a tensor that does not ask for one
    """
    found = [replace(ask(parameter), name=name) for name, parameter in module.named_parameters()]
    return ModuleVerdict(name=short_name(module), verdicts=tuple(found))


def from_graph_of_each(module: torch.nn.Module, loss: torch.Tensor | None) -> ModuleVerdict:
    """What the graph alone proves of each parameter.

    >>> net = torch.nn.Linear(2, 1)
    >>> net(torch.ones(1, 2)).sum().backward()
    >>> print(from_graph_of_each(net, None))
    each of 2 parameters of Linear has a gradient
    """
    return of_each(module, lambda parameter: from_graph(parameter, loss))
