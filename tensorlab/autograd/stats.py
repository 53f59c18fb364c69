"""One backward pass, seen by hooks on the nodes: each gradient is measured where it passes, and let go.

A hook that runs before a node sees the gradients of what the node made in forward, added up. Those are of no concern to
in-place operations, which full backward hooks of modules are. Where a leaf's gradient is added up the hook gives None
in its place: so ``.grad`` stays as it is, and nothing is kept.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd.flow.measures import joined, measure
from tensorlab.autograd.internals import quiet_leaves
from tensorlab.memory.internals import without_dispatch, without_overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tensorlab.autograd.flow.measures import Measure

CHECKPOINTS = ("CheckpointFunctionBackward",)
"""Nodes that run a backward of their own, which adds to ``.grad`` itself: reentrant checkpoints."""
LEAF = "AccumulateGrad"
"""How the name of a node ends that adds a leaf's gradient up."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What one backward pass is seen through; it fills while the pass runs."""

    wanted: dict[tuple[int, int], torch.Tensor | None] = field(default_factory=dict)
    """Node and output number of gradients to keep: those that were asked for."""
    accumulate: bool = False
    found: dict[int, Measure] = field(default_factory=dict)
    """Number of a node -> what was seen there."""

    def hook(self, number: int, *, leaf: bool) -> Callable[..., tuple[None] | None]:
        """What runs before that node."""

        def look(gradients: Sequence[torch.Tensor | None]) -> tuple[None] | None:
            self._see(number, gradients)
            return (None,) if leaf and not self.accumulate else None

        return look

    def _see(self, number: int, gradients: Sequence[torch.Tensor | None]) -> None:
        """A node that runs twice, as in a backward within a backward, is seen as one."""
        came = [(n, gradient) for n, gradient in enumerate(gradients) if gradient is not None]
        with without_overrides(), without_dispatch():
            seen = [measure(gradient) for _, gradient in came]
        if number in self.found:
            seen.insert(0, self.found[number])
        if seen:
            self.found[number] = joined(seen)
        for n, gradient in came:
            if (number, n) in self.wanted:
                self.wanted[number, n] = gradient.detach()


def run(
    nodes: Mapping[int, Any],
    watch: Watch,
    roots: tuple[Sequence[torch.Tensor], Sequence[torch.Tensor | None]],
    *,
    retain_graph: bool,
) -> None:
    """Run backward from the roots; hooks are there only while it runs.

    Args:
        nodes: Those that are watched, by number.
        watch: What sees the gradients.
        roots: Tensors, and a gradient for each.
        retain_graph: Whether backward may run again.

    >>> x = torch.ones(3, requires_grad=True)
    >>> y = x.exp().sum()
    >>> watch = Watch()
    >>> run({0: y.grad_fn}, watch, ([y], [None]), retain_graph=False)
    >>> watch.found[0].norm
    1.0
    """
    leaves = [node for node in nodes.values() if is_leaf(node)]
    with ExitStack() as stack:
        for number, node in nodes.items():
            handle = node.register_prehook(watch.hook(number, leaf=is_leaf(node)))
            stack.callback(handle.remove)
        if not watch.accumulate:
            stack.enter_context(quiet_leaves([node.variable for node in leaves]))
        torch.autograd.backward(*roots, retain_graph=retain_graph)


def run_holding(
    leaves: Sequence[torch.Tensor],
    backward: Callable[[], None],
    *,
    accumulate: bool,
) -> dict[int, torch.Tensor | None]:
    """Run a backward that adds to ``.grad`` by itself; give what it added, by place, and put back what was there.

    >>> x = torch.ones(2, requires_grad=True)
    >>> run_holding([x], lambda: x.exp().sum().backward(), accumulate=False)[0].shape, x.grad
    (torch.Size([2]), None)
    """
    before = [leaf.grad for leaf in leaves]
    after: dict[int, torch.Tensor | None] = {}
    with ExitStack() as stack:
        if not accumulate:
            stack.enter_context(quiet_leaves(leaves))
        try:
            for leaf in leaves:
                leaf.grad = None
            backward()
            after = {n: leaf.grad for n, leaf in enumerate(leaves)}
        finally:
            for n, (leaf, old) in enumerate(zip(leaves, before, strict=True)):
                new = after.get(n) if accumulate else None
                leaf.grad = old if new is None else new if old is None else old + new
    return after


def is_leaf(node: Any) -> bool:  # noqa: ANN401 - torch has no type for a node
    """Whether the node adds a leaf's gradient up.

    >>> x = torch.ones(3, requires_grad=True)
    >>> is_leaf(x.exp().grad_fn), is_leaf(x.exp().grad_fn.next_functions[0][0])
    (False, True)
    """
    return bool(node.name().endswith(LEAF))
