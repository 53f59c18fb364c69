"""Cases for an optimizer: how the parameter, its gradient and the loaded state lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.testing.laying import classes_for, lay_out
from tensorlab.testing.record import Case
from tensorlab.testing.source import Seeded, pick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tensorlab.layout.dtype import DType
    from tensorlab.testing.record import Laid, LayoutClass
    from tensorlab.testing.source import Source

SHAPES: tuple[tuple[int, ...], ...] = (
    (2, 2),
    (1, 2, 2, 2),
    (2, 3),
    (3,),
    (2, 2, 2),
    (1, 3),
    (2, 3, 2, 2),
    (),
    (0, 2),
    (17, 5),
    (1, 2, 2, 2, 2),
)
"""Of parameters: weights of layers, of convolutions, biases, scales."""
_SHARING = frozenset({"stride 0", "overlapping"})
"""Classes that nothing can be written to."""
_FOREIGN = frozenset({"conj", "neg", "dtype view"})
"""Classes that no parameter and no state has."""


def optimizer_cases(
    kind: DType, states: int, *, examples: int, seed: int, shapes: tuple[tuple[int, ...], ...] = SHAPES
) -> Iterator[Case]:
    """Parameter, gradient, and state tensors where there are three arguments or more.

    The first ones hold every class for each argument alone, and gradients that lie as their parameter does with a
    state that does not: what a checkpoint loaded into a model of another memory format gives. Then come mixtures.

    Args:
        kind: The dtype of all.
        states: Tensors of the parameter's shape in the state.
        examples: How many cases.
        seed: Of the choices.
        shapes: Of the parameter.

    >>> from tensorlab.layout.dtype import dtype
    >>> cases = list(optimizer_cases(dtype("float32"), 1, examples=100, seed=0))
    >>> len(cases), sorted({len(case.arguments) for case in cases})
    (100, [2, 3])
    """
    source = Seeded(seed)
    made = 0
    for case in _every(source, kind, states, shapes):
        if made == examples:
            return
        made += 1
        yield case
    while made < examples:
        shape = pick(source, shapes)
        count = 2 + (states if states and source.integer(0, 1) else 0)
        arguments = [_any(source, shape, kind, position) for position in range(count)]
        made += 1
        yield Case(arguments=tuple(arguments), fill="signed")


def _every(source: Source, kind: DType, states: int, shapes: tuple[tuple[int, ...], ...]) -> Iterator[Case]:
    for shape in shapes:
        plain = _plain(source, shape, kind)
        for count in sorted({2, 2 + states}):
            for position in range(count):
                for wanted in _able(shape, kind, position):
                    arguments = [plain] * count
                    arguments[position] = _laid(source, shape, kind, wanted)
                    yield Case(arguments=tuple(arguments), fill="signed")
        for wanted in _able(shape, kind, 0):
            model = _laid(source, shape, kind, wanted)
            yield Case(arguments=(model, model, *[plain] * states), fill="signed")
            yield Case(arguments=(model, model, *[model] * states), fill="signed")


def _able(shape: tuple[int, ...], kind: DType, position: int) -> tuple[LayoutClass, ...]:
    """What an argument may be: gradients are only read, so that they may repeat."""
    left_out = _FOREIGN if position == 1 else _FOREIGN | _SHARING
    return tuple(name for name in classes_for(shape, kind) if name not in left_out)


def _any(source: Source, shape: tuple[int, ...], kind: DType, position: int) -> Laid:
    return _laid(source, shape, kind, pick(source, _able(shape, kind, position)), repeats=position == 1)


def _plain(source: Source, shape: tuple[int, ...], kind: DType) -> Laid:
    return _laid(source, shape, kind, "contiguous" if 0 not in shape else "zero-size")


def _laid(source: Source, shape: tuple[int, ...], kind: DType, wanted: LayoutClass, *, repeats: bool = False) -> Laid:
    """A layout of that class; without elements that share memory, unless they may."""
    while True:
        laid = lay_out(source, shape, kind, wanted)
        assert laid is not None, "only classes that the shape can have are asked for"
        if repeats or wanted in _SHARING or not laid.classes & _SHARING:
            return laid
