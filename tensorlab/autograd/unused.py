"""Which parameters of a module get no gradient, and why each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from tensorlab.autograd.findings.record import ModuleVerdict
from tensorlab.autograd.findings.recorded import recorded
from tensorlab.autograd.why import from_graph, require_tensor
from tensorlab.memory.naming import short_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.autograd.findings.record import GradVerdict
    from tensorlab.dispatch.tracer import Tracer


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


def answer(tracer: Tracer, thing: object, loss: torch.Tensor | None) -> GradVerdict | ModuleVerdict:
    """Why a tensor, or each parameter of a module, has no gradient, by what was recorded.

    Raises:
        UnsupportedError: It is neither a tensor nor a module, or the loss is no tensor.

    >>> from tensorlab.dispatch.tracer import Tracer
    >>> net = torch.nn.ModuleDict({"used": torch.nn.Linear(2, 1), "idle": torch.nn.Linear(2, 1, bias=False)})
    >>> with Tracer(net) as tracer:
    ...     loss = net["used"](torch.ones(1, 2)).sum()
    ...     loss.backward()
    >>> print(answer(tracer, net, loss))
    1 of 3 parameters of ModuleDict gets no gradient
    idle.weight: unreachable: its module was never called
    """
    if loss is not None:
        require_tensor(loss, "the loss")
    if not isinstance(thing, torch.nn.Module):
        require_tensor(thing, "what is asked about")
        return recorded(tracer, thing, loss)  # type: ignore[arg-type]  # the line before saw that it is a tensor
    called = {call.module for call in tracer.calls}
    owners = _owners(thing)
    verdicts = of_each(thing, lambda parameter: recorded(tracer, parameter, loss)).verdicts
    known = (_of_module(verdict, owners.get(verdict.name), tracer, called) for verdict in verdicts)
    return ModuleVerdict(name=short_name(thing), verdicts=tuple(known))


def _owners(module: torch.nn.Module) -> dict[str, torch.nn.Module]:
    """Of each parameter, the module that it is in."""
    whole = dict(module.named_modules())
    return {name: whole[name.rpartition(".")[0]] for name, _ in module.named_parameters()}


def _of_module(verdict: GradVerdict, owner: torch.nn.Module | None, tracer: Tracer, called: set[str]) -> GradVerdict:
    """Of a parameter that nothing leads to, whether its module was called at all."""
    if verdict.verdict != "unreachable" or verdict.op or owner is None:
        return verdict
    path = tracer.paths.of(owner)
    if path is not None and path in called:
        return replace(verdict, module=path, text="its module was called, and did not use it")
    return replace(verdict, text="its module was never called")
