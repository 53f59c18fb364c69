"""A sample becomes calls: the operator with its arguments in C order, and with any of them in other layouts."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import torch

from tensorlab.memory.tensor_dtype import element
from tensorlab.testing.aten.arguments import kept, named_tensors, with_tensors
from tensorlab.testing.aten.holding import Held
from tensorlab.testing.aten.relaying import relayouts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.testing.aten.record import Plan, Variant
    from tensorlab.testing.record import Laid


class Prepared:
    """One call of an operator: what is called, its arguments, and the values of the tensors among them."""

    __slots__ = ("arguments", "function", "names", "op", "seed", "values", "variant")

    def __init__(self, op: Any, variant: Variant, function: Callable[..., Any], arguments: Any) -> None:  # noqa: ANN401 - an OpInfo and nested arguments
        self.op = op
        self.variant: Variant = variant
        self.function = function
        self.arguments = arguments
        """The positional ones in a list, then the keywords; the tensors in it only mark places."""
        named = [*_named(arguments)]
        self.names = [name for name, _ in named]
        self.values = [_in_order(tensor.detach()) for _, tensor in named]
        """In C order, each in memory of its own."""
        self.seed = 0

    def laid(self, position: int, name: str) -> Laid | None:
        """How that tensor lies in the layout of that name; None where it has none such."""
        value = self.values[position]
        return relayouts(tuple(value.shape), element(value)).get(name)

    def __call__(self, tensors: list[torch.Tensor]) -> Any:  # noqa: ANN401 - whatever it gives
        """What the operator gives for these tensors; random numbers begin at the same seed each time."""
        positional, keywords = with_tensors(self.arguments, iter(tensors))
        torch.manual_seed(self.seed)
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.function(*positional, **keywords)


def _in_order(tensor: torch.Tensor) -> torch.Tensor:
    if tensor.layout is not torch.strided:
        return tensor
    return tensor.clone(memory_format=torch.contiguous_format)


def _named(arguments: Any) -> Iterator[tuple[str, torch.Tensor]]:  # noqa: ANN401 - nested arguments
    positional, keywords = arguments
    for number, item in enumerate(positional):
        yield from named_tensors(item, "input" if number == 0 else f"args[{number - 1}]")
    yield from named_tensors(keywords)


class Tensors:
    """The tensors of one call: those of the plan in their layouts, the others in C order."""

    __slots__ = ("_before", "held", "tensors")

    def __init__(self, call: Prepared, plan: Plan) -> None:
        names = dict(zip(plan.positions, plan.layouts, strict=True))
        self.held: list[Held | None] = []
        self.tensors: list[torch.Tensor] = []
        self._before = call.values
        for position, value in enumerate(call.values):
            laid = call.laid(position, names[position]) if position in names else None
            held = None if laid is None else Held(laid, value)
            self.held.append(held)
            self.tensors.append(value.clone() if held is None else held.thing)

    def written(self, position: int) -> tuple[bool, bool]:
        """Whether an element was written, and whether a byte of no element was."""
        held = self.held[position]
        if held is not None:
            return held.written()
        return not same_bytes(self.tensors[position], self._before[position]), False


def same_bytes(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors in C order hold the same bytes: NaN is equal to itself.

    >>> same_bytes(torch.tensor([float("nan")]), torch.tensor([float("nan")]))
    True
    """
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if not one.numel():
        return True
    first, second = (item.detach().contiguous().reshape(-1).view(torch.uint8) for item in (one, other))
    return torch.equal(first, second)


def prepared(op: Any, sample: Any) -> Iterator[Prepared]:  # noqa: ANN401 - an OpInfo and its SampleInput
    """The call of the sample, then its in-place form and the one with ``out=``, where the operator has them."""
    positional, keywords = [sample.input, *sample.args], dict(sample.kwargs)
    call = Prepared(op, "call", op.op, [positional, keywords])
    yield call
    if not call.values:
        return
    if op.inplace_variant is not None and isinstance(sample.input, torch.Tensor) and not sample.broadcasts_input:
        yield Prepared(op, "in-place", op.inplace_variant, [positional, keywords])
    if op.supports_out and "out" not in keywords:
        out = outputs(call)
        if out is not None:
            yield Prepared(op, "out", op.op, [positional, {**keywords, "out": out}])


def outputs(call: Prepared) -> Any:  # noqa: ANN401 - a tensor or a tuple of them
    """Tensors for ``out=``, of the shapes and dtypes that the call gives; None where it gives anything else.

    >>> outputs(Prepared(None, "call", torch.neg, [[torch.ones(2)], {}]))
    tensor([0., 0.])
    """
    try:
        result = kept(call([value.clone() for value in call.values]))
    except Exception:  # noqa: BLE001 - an operator may raise anything; the call itself tells it
        return None
    if isinstance(result, torch.Tensor) and result.layout is torch.strided:
        return torch.zeros_like(result)
    if isinstance(result, tuple) and result and all(isinstance(item, torch.Tensor) for item in result):
        return tuple(torch.zeros_like(item) for item in result)
    return None
