"""What an argument may be, as people say it: a text, an example, or a value that is passed as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np
import torch

from tensorlab.errors import LayoutError, UnsupportedError
from tensorlab.layout.dtype import dtype
from tensorlab.memory.tensor_dtype import element
from tensorlab.testing.placing import fill
from tensorlab.testing.record import Spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tensorlab.layout.dtype import DType
    from tensorlab.testing.record import Case, LayoutClass

ANY = "..."
"""Any axes, the same ones in every argument."""
LIKE_RESULT = "=..."
"""The axes of what the function returns: of an argument ``out``."""
_TEXT = re.compile(
    r"(?P<library>np |numpy |torch )?\s*(?P<dtypes>\w+(?:\s*\|\s*\w+)*)\s*(?:\[(?P<shape>[^\]]*)\])?"
    r"(?:\s*>=\s*(?P<low>-?\d+))?(?:\s*<\s*(?P<high>-?\d+|[a-z_]\w*))?\s*"
)
_HINT = 'write a dtype and its axes: "float32[n, 3]", "float32[..., c]", "int64[k] < n", "np float64[n]"'
_ONCE = re.compile(r"([\w ]+)(\[[^\]]*\])\s*\|\s*(\w+)\s*\2")
"""Two dtypes, each with the same axes."""
Names: TypeAlias = "dict[str, tuple[int, ...]]"
"""Sizes that go by a name: one, or those of ``...``."""


class Example(NamedTuple):
    """An argument that was given: its shape, dtype and elements stay, how it lies varies."""

    spec: Spec
    values: Any
    """An array or a tensor of its elements, in C order."""
    requires_grad: bool = False


class Constant(NamedTuple):
    """A value that is passed as it is."""

    value: object


Pattern: TypeAlias = Literal["ramp", "signed", "few"]
"""Those of ``Case.fill``."""


class Elements(NamedTuple):
    """Which elements an argument gets."""

    pattern: Pattern = "ramp"
    position: int = 0
    """Of the argument: no two have the same elements."""


Slot: TypeAlias = Spec | Example | Constant


def slot(given: object, classes: Sequence[LayoutClass] | None = None) -> Slot:
    """One argument of a test: a text, a ``Spec``, an example, or any other value, which is passed as it is.

    >>> slot("float32[n, 3]").shape, slot("int64[k] < n").high, slot(3)
    (('n', 3), 'n', Constant(value=3))
    """
    if isinstance(given, Spec):
        return given if classes is None else _with_classes(given, classes)
    if isinstance(given, str):
        return slot(parse(given), classes)
    kept = tuple(classes or ())
    if isinstance(given, torch.Tensor):
        return _example_tensor(given, kept)
    if isinstance(given, np.ndarray):
        kind = _known(given.dtype.name, given)
        spec = Spec(shape=given.shape, dtypes=(kind,), library="numpy", classes=kept)
        return Example(spec, np.array(given, order="C"))
    return Constant(given)


def _with_classes(spec: Spec, classes: Sequence[LayoutClass]) -> Spec:
    return Spec(
        shape=spec.shape, dtypes=spec.dtypes, low=spec.low, high=spec.high, library=spec.library,
        classes=tuple(classes),
    )  # fmt: skip


def _example_tensor(given: torch.Tensor, classes: tuple[LayoutClass, ...]) -> Example:
    if given.layout is not torch.strided or given.device.type != "cpu" or given.is_quantized or given.is_nested:
        came = "a nested tensor" if given.is_nested else f"layout {given.layout} on {given.device}"
        raise UnsupportedError(
            f"an example is a strided tensor on the CPU; got {came}",
            hint="give its layout as text instead: " + _HINT,
        )
    kept = given.detach().resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)
    kind = _known(element(given).name, given)
    spec = Spec(shape=tuple(given.shape), dtypes=(kind,), classes=classes)
    return Example(spec, kept, given.requires_grad)


def _known(name: str, given: object) -> DType:
    try:
        return dtype(name)
    except ValueError as error:
        raise UnsupportedError(
            f"no argument of dtype {name} can be laid out; got a {type(given).__name__}", hint="use a number's dtype"
        ) from error


def parse(text: str) -> Spec:
    """A spec from its text: one dtype or several with ``|``, the axes, and for whole numbers the range.

    Sizes are numbers, names (the same size wherever they stand), ``_`` (any size) or ``...`` (any axes, the same ones
    in every argument; also written ``*``). Without brackets any axes will do. ``< n`` gives values that index axis n.

    Raises:
        LayoutError: The text is no spec.

    >>> parse("float32|float64[n, _, 3]").shape, [kind.name for kind in parse("float32|float64").dtypes]
    (('n', '_', 3), ['float32', 'float64'])
    >>> parse("np int64[k] >= 1 < 5").low, parse("np int64[k]").library
    (1, 'numpy')
    >>> parse("float32[n")
    Traceback (most recent call last):
    tensorlab.errors.LayoutError: no argument is written 'float32[n'
    hint: write a dtype and its axes: "float32[n, 3]", "float32[..., c]", "int64[k] < n", "np float64[n]"
    """
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        twice = _ONCE.fullmatch(text.strip())
        hint = f'the axes stand once: "{twice[1]}|{twice[3]}{twice[2]}"' if twice else _HINT
        raise LayoutError(f"no argument is written {text!r}", hint=hint)
    axes = found["shape"]
    shape = (ANY,) if axes is None else tuple(_axis(word.strip(), text) for word in axes.split(",") if word.strip())
    if shape.count(ANY) > 1:
        raise LayoutError(f"any axes can stand once in a shape; got {text!r}", hint=_HINT)
    high = found["high"]
    return Spec(
        shape=shape,
        dtypes=tuple(dtype(name.strip()) for name in found["dtypes"].split("|")),
        low=None if found["low"] is None else int(found["low"]),
        high=int(high) if high is not None and high.lstrip("-").isdigit() else high,
        library="numpy" if (found["library"] or "").strip() in {"np", "numpy"} else "torch",
    )


def _axis(word: str, text: str) -> int | str:
    if word in {ANY, "*"}:
        return ANY
    if word.isdigit():
        return int(word)
    if not word.isidentifier():
        raise LayoutError(f"an axis is a number, a name, _ or ...; got {word!r} in {text!r}", hint=_HINT)
    return word


def spec_of(one: Spec | Example) -> Spec:
    """What an argument may be, also where it was given by an example."""
    return one.spec if isinstance(one, Example) else one


def bound(slots: Sequence[Spec | Example], case: Case) -> Names | None:
    """The sizes of all names, where the arguments of a case are ones that their specs allow; None where they are not.

    An example's shape binds nobody: a smaller call of the same kind may be looked for.

    >>> from tensorlab.testing.record import Case, Laid
    >>> from tensorlab.layout.record import Layout
    >>> laid = Laid(layout=Layout((2, 3), (12, 4), itemsize=4), dtype=dtype("float32"), nbytes=24, classes=frozenset())
    >>> bound([parse("float32[n, k]")], Case(arguments=(laid,)))
    {'n': (2,), 'k': (3,)}
    >>> bound([parse("float32[n, n]")], Case(arguments=(laid,))) is None
    True
    """
    names: Names = {}
    if len(slots) != len(case.arguments):
        return None
    for one, laid in zip(slots, case.arguments, strict=True):
        if isinstance(one, Example):
            continue
        if laid.dtype not in one.dtypes or not _bind(one.shape, laid.layout.shape, names):
            return None
    return names


def _bind(wanted: tuple[int | str, ...], shape: tuple[int, ...], names: Names) -> bool:
    open_ended = ANY in wanted or LIKE_RESULT in wanted
    spare = len(shape) - (len(wanted) - open_ended)
    if spare < 0 or (spare and not open_ended):
        return False
    left = list(shape)
    for word in wanted:
        count = spare if word in {ANY, LIKE_RESULT} else 1
        sizes, left = tuple(left[:count]), left[count:]
        if word in {"_", LIKE_RESULT}:
            continue
        expected = (word,) if isinstance(word, int) else names.setdefault(word, sizes)
        if expected != sizes:
            return False
    return True


def elements(
    one: Spec | Example,
    shape: tuple[int, ...],
    kind: DType,
    wanted: Elements,
    names: Names,
) -> NDArray[Any] | torch.Tensor:
    """What an argument holds: an example's own elements, the range of its spec, or a pattern.

    An example's elements are given by the pattern "ramp"; a smaller shape takes its first ones.

    >>> elements(parse("int64[k] < n"), (3,), dtype("int64"), Elements(), {"n": (2,)}).tolist()
    [1, 0, 1]
    """
    if isinstance(one, Example):
        values = one.values
        fits = len(shape) == len(values.shape) and all(n <= m for n, m in zip(shape, values.shape, strict=True))
        if fits and (wanted.pattern == "ramp" or kind.kind in {"int", "uint", "bool"}):
            taken: NDArray[Any] | torch.Tensor = values[tuple(slice(0, n) for n in shape)]
            return taken
        return fill(shape, kind, pattern=wanted.pattern, position=wanted.position)
    high = one.high
    if isinstance(high, str):
        sizes = names.get(high, ())
        if len(sizes) != 1:
            raise LayoutError(f"values below {high!r} need an axis of that name", hint="name an axis of an argument so")
        high = sizes[0]
    low = one.low if isinstance(one.low, int) else None
    return fill(shape, kind, low=low, high=high, pattern=wanted.pattern, position=wanted.position)
