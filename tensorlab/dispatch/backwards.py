"""Runs of a backward: what it began at, what was asked for, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ARGUMENTS = {
    "backward": ("roots", "gradient", "retain_graph", "create_graph", "inputs"),
    "grad": ("roots", "inputs", "gradient", "retain_graph", "create_graph"),
}
"""Arguments in order, and what we call them."""
_NAMES = {
    "self": "roots",
    "tensors": "roots",
    "outputs": "roots",
    "grad_tensors": "gradient",
    "grad_outputs": "gradient",
}


@dataclass(slots=True, kw_only=True)
class Backward:
    """One run of a backward, as far as it has come."""

    site: int
    at: int
    """Events that there were when it began."""
    until: int = -1
    """And when it ended; -1 while it runs."""
    kind: Literal["backward", "grad"]
    line: str
    roots: tuple[int, ...]
    """Numbers of the tensors that it began at."""
    inputs: tuple[int, ...] | None
    """Of those whose gradients were asked for; None for all leaves."""
    given: bool
    """Whether the first gradient was given."""
    retain: bool | None
    create: bool
    failed: bool = True
    """Whether it raised; also while it runs."""


class Asked:
    """The arguments of a call of ``backward`` or ``grad``, by one name each.

    >>> x = torch.ones(2)
    >>> asked = Asked(torch.autograd.grad, ((x,), [x]), {"create_graph": True})
    >>> len(asked.roots), len(asked.inputs), asked.given, asked.create, asked.kind
    (1, 1, False, True, 'grad')
    """

    def __init__(self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:  # noqa: ANN401 - torch's
        self.kind: Literal["backward", "grad"] = "grad" if func is torch.autograd.grad else "backward"
        named = dict(zip(_ARGUMENTS[self.kind], args, strict=False))
        named |= {_NAMES.get(name, name): value for name, value in kwargs.items()}
        self.roots = tensors_of(named.get("roots"))
        self.inputs = None if named.get("inputs") is None else tensors_of(named["inputs"])
        self.given = named.get("gradient") is not None
        self.retain: bool | None = named.get("retain_graph")
        self.create = bool(named.get("create_graph"))

    def run(self, site: int, at: int, line: str, numbers: Sequence[Sequence[int]]) -> Backward:
        """The run that was asked for; ``numbers`` are those of its roots and of its inputs."""
        return Backward(
            site=site,
            at=at,
            kind=self.kind,
            line=line,
            roots=tuple(numbers[0]),
            inputs=None if self.inputs is None else tuple(numbers[1]),
            given=self.given,
            retain=self.retain,
            create=self.create,
        )


def tensors_of(things: Any) -> tuple[torch.Tensor, ...]:  # noqa: ANN401 - a tensor, several, edges of a graph
    """The tensors among them.

    >>> len(tensors_of({"a": torch.ones(1), "b": None}))
    1
    """
    if isinstance(things, dict):
        things = tuple(things.values())
    found = things if isinstance(things, (list, tuple)) else (things,)
    return tuple(thing for thing in found if isinstance(thing, torch.Tensor))
