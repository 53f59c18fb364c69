"""Leaves of a graph and the tensors that are known by name: who holds which storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from tensorlab.autograd.record import Known, Node
from tensorlab.autograd.slots import asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tensorlab.autograd.naming import Named
    from tensorlab.autograd.record import Meta, Owner
    from tensorlab.autograd.storages import Storages


class Leaves:
    """The tensors at the leaves of a graph, with their names."""

    def __init__(self, nodes: Mapping[int, Any], named: Sequence[Named]) -> None:
        self._named = {id(found.tensor): found for found in named}
        self.variables: dict[int, torch.Tensor] = {number: node.variable for number, node in nodes.items()}
        self.numbers = {id(variable): number for number, variable in self.variables.items()}
        """Of each tensor that is a leaf, its node."""

    def details(self, metas: Sequence[tuple[Meta, ...]], outputs: Sequence[int]) -> dict[int, Node]:
        """A node for each leaf that has a name; others are told by their kind alone."""
        return {
            number: Node(
                number=number,
                name="AccumulateGrad",
                role="leaf",
                label=self._name(variable),
                outputs=metas[outputs[number]],
            )
            for number, variable in self.variables.items()
        }

    def known(self, storages: Storages) -> tuple[Known, ...]:
        """The leaves by number, then what has a name and is none of them."""
        beside = [found for found in self._named.values() if id(found.tensor) not in self.numbers]
        return (
            *(self._known(variable, storages, number) for number, variable in self.variables.items()),
            *(self._known(found.tensor, storages, None) for found in beside),
        )

    def _name(self, tensor: torch.Tensor) -> str:
        found = self._named.get(id(tensor))
        return "" if found is None else found.name

    def _known(self, tensor: torch.Tensor, storages: Storages, number: int | None) -> Known:
        found = self._named.get(id(tensor))
        leaf: Owner = "parameter" if isinstance(tensor, torch.nn.Parameter) else "input"
        storage = asked(storages.number, tensor)
        nbytes = asked(_logical, tensor)
        return Known(
            name=self._name(tensor),
            owner=leaf if found is None else found.owner,
            nbytes=max(nbytes, 0),
            storage=None if storage < 0 else storage,
            node=number,
        )


def _logical(tensor: torch.Tensor) -> int:
    return tensor.numel() * tensor.element_size()
