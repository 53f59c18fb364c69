"""Random chains made by the library itself beside the algebra: what was seen, what was said, and the values of both.

The values that the algebra stands for are read out of a plain block of bytes at the places that its views name; where
it says copy they are written into a new block. No library is asked for a view here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from views.makers import KINDS, MAKERS

from tensorlab.errors import UnsupportedError
from tensorlab.layout.address import extent
from tensorlab.layout.dtype import DType, dtype
from tensorlab.layout.record import Layout
from tensorlab.layout.shapes import canonical_strides
from tensorlab.views.apply import apply
from tensorlab.views.calls import PROPERTIES, Call, Step
from tensorlab.views.chain import follow, step
from tensorlab.views.record import Convert, CopyNeeded, Part, Refused, View

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from tensorlab.views.record import Outcome, Primitive, Rules

    Seen = tuple[Any, ...]

MOST = 512
"""Elements that a chain goes on with."""
LONGEST = 6
ATEN_ONLY = frozenset({"_unsafe_view", "_reshape_alias", "alias", "linalg_diagonal", "matrix_H", "numpy_T", "slice"})
FUNCTIONS_ONLY = frozenset(
    [
        "view_as_complex",
        "view_as_real",
        "alpha_dropout",
        "dropout",
        "feature_alpha_dropout",
        "feature_dropout",
        "atleast_1d",
        "atleast_2d",
        "atleast_3d",
        "as_tensor",
        "asarray",
        "unsafe_chunk",
        "unsafe_split",
        "unsafe_split_with_sizes",
        "cartesian_prod",
        "conj_physical",
    ]
)
FUNCTIONAL = frozenset({"dropout1d", "dropout2d", "dropout3d"})
DEVICES = frozenset({"cuda", "pin_memory"})
METHODS = frozenset(
    ["astype", "copy", "diagonal", "flatten", "ravel", "reshape", "squeeze", "swapaxes", "transpose", "view"]
)
TRICKS = frozenset({"as_strided", "sliding_window_view"})
NUMBERS: dict[str, torch.dtype] = {
    kind.name: getattr(torch, kind.name)
    for kind in (*KINDS, *map(dtype, ("bool", "int8", "int32", "float16", "bfloat16", "complex32", "complex128")))
}


NAMES: dict[Rules, list[str]] = {rules: sorted(names) for rules, names in MAKERS.items()}


@dataclass(frozen=True, slots=True)
class Memory:
    """What the algebra says that there is: a view, and the bytes that it is a view of."""

    view: View
    data: np.ndarray[Any, Any]
    known: bool = True
    """Whether the values can be told; not where numbers were converted that no dtype of the target holds."""


def start_view(rng: random.Random, rules: Rules) -> View:
    """A dense view, its axes in any order, at some offset."""
    shape = tuple(rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 4, 6, 0)) for _ in range(rng.choice((0, 1, 2, 2, 3, 3, 4, 4, 5))))
    kind = rng.choice(KINDS)
    order = rng.sample(range(len(shape)), len(shape)) if rng.random() < 0.6 else list(range(len(shape)))
    dense = canonical_strides(tuple(shape[axis] for axis in order), kind.itemsize)
    strides = tuple(dense[order.index(axis)] for axis in range(len(shape)))
    conj = rules == "torch" and kind.kind == "complex" and rng.random() < 0.5
    neg = rules == "torch" and rng.random() < 0.1
    return View(Layout(shape, strides, kind.itemsize * rng.randint(0, 2), kind.itemsize), kind, conj, neg)


def laid(view: View, rules: Rules) -> tuple[Any, Memory]:
    """A tensor or an array with that view over a block that holds 1, 2, 3, ..., and the same bytes once more."""
    layout = view.layout
    count = (max(extent(layout).stop, layout.offset) + 2 * layout.itemsize) // layout.itemsize
    typed = (np.arange(count) % 100 + 1).astype(view.dtype.name)
    data = typed.view("u1")
    if rules == "numpy":
        block = data.copy()
        return np.ndarray(layout.shape, view.dtype.name, block, layout.offset, layout.strides), Memory(view, data)
    size = layout.itemsize
    tensor = torch.from_numpy(typed.copy()).as_strided(
        layout.shape, [stride // size for stride in layout.strides], layout.offset // size
    )
    tensor = tensor.conj() if view.conj else tensor
    return tensor._neg_view() if view.neg else tensor, Memory(view, data)


def read(memory: Memory) -> np.ndarray[Any, Any]:
    """The elements of a view, their bits applied."""
    view = memory.view
    layout = view.layout
    if not prod(layout.shape):
        return np.zeros(layout.shape, _number(view.dtype))
    found: np.ndarray[Any, Any] = np.ndarray(
        layout.shape, _number(view.dtype), memory.data, layout.offset, layout.strides
    )
    found = np.conj(found) if view.conj else found
    return np.negative(found) if view.neg else found


@cache
def _number(kind: DType) -> np.dtype[Any]:
    return np.dtype(f"V{kind.itemsize}" if kind.name in {"bfloat16", "complex32"} else kind.name)


def advanced(memory: Memory, ops: Sequence[Primitive], rules: Rules) -> Memory | None:
    """What the primitives make of it; None where they are refused."""
    for op in ops:
        outcome = apply(memory.view, op, rules)
        if isinstance(outcome, Refused):
            return None
        memory = _written(memory, op, outcome) if isinstance(outcome, CopyNeeded) else _seen(memory, outcome)
    return memory


def _seen(memory: Memory, view: View) -> Memory:
    return Memory(view, memory.data, memory.known)


def _written(memory: Memory, op: Primitive, outcome: CopyNeeded) -> Memory:
    view = outcome.result
    layout = view.layout
    block = np.zeros(max(extent(layout).stop, 1), "u1")
    odd = memory.view.dtype.name in {"bfloat16", "complex32"} or view.dtype.name in {"bfloat16", "complex32"}
    if odd and (memory.view.conj or memory.view.neg or memory.view.dtype != view.dtype):
        return Memory(view, block, known=False)
    if isinstance(op, Part):  # the imaginary part of what has none
        return Memory(view, block, memory.known)
    values = read(memory)
    known = memory.known and (memory.view.dtype == view.dtype or _tame(values))
    if values.size:
        target: np.ndarray[Any, Any] = np.ndarray(layout.shape, _number(view.dtype), block, 0, layout.strides)
        turned = values.T.reshape(layout.shape[::-1]).T if getattr(op, "order", "C") == "F" else None
        logical = values if isinstance(op, Convert) else values.reshape(layout.shape) if turned is None else turned
        logical = logical.real if logical.dtype.kind == "c" and target.dtype.kind not in "bcV" else logical
        with np.errstate(all="ignore"):
            target[...] = logical.astype(target.dtype)
    return Memory(view, block, known)


def _tame(values: np.ndarray[Any, Any]) -> bool:
    """Whether every number has one meaning in every dtype that is converted to, but for its sign and half."""
    if values.dtype.kind == "V":
        return False
    with np.errstate(all="ignore"):
        real = np.real(values).astype("f8")
        return bool(np.all((np.isfinite(real)) & (real >= 0) & (real <= 120)))


def perform(made: Any, call: Call, rules: Rules) -> Any:
    """The call as the library itself does it."""
    args = [_value(value, rules) for value in call.args]
    words = {name: _value(value, rules) for name, value in call.keywords}
    if call.name == "getitem":
        return made[args[0]]
    if call.name == "slice_axis":
        return made[(*((slice(None),) * args[0]), slice(*[*args[1:], None, None, None][:3]))]
    if call.name in PROPERTIES:
        return getattr(made, call.name)
    if rules == "numpy":
        return _performed_by_numpy(made, call, args, words)
    return made.data if call.name == "data" else _home(made, call.name)(*args, **words)


def _home(made: torch.Tensor, name: str) -> Any:
    """Where torch keeps a function of that name, bound to the tensor."""
    if name in ATEN_ONLY:
        return partial(getattr(torch.ops.aten, name), made)
    if name == "Identity":
        return partial(torch.nn.Identity(), made)
    if name in FUNCTIONAL:
        return partial(getattr(torch.nn.functional, name), made)
    return partial(getattr(torch, name), made) if name in FUNCTIONS_ONLY else getattr(made, name)


def _performed_by_numpy(made: np.ndarray[Any, Any], call: Call, args: list[Any], words: dict[str, Any]) -> Any:
    if call.name in TRICKS:
        return getattr(np.lib.stride_tricks, call.name)(made, *args, **words)
    if call.name in METHODS:
        return getattr(made, call.name)(*args, **words)
    return getattr(np, call.name)(made, *args, **words)


def _value(value: Any, rules: Rules) -> Any:
    if isinstance(value, DType):
        return NUMBERS[value.name] if rules == "torch" else value.name
    if isinstance(value, View):
        return torch.empty(value.layout.shape, dtype=NUMBERS[value.dtype.name])
    if rules == "torch" and type(value) is str and value.endswith(("_format", "channels_last", "channels_last_3d")):
        return getattr(torch, value)
    return value


def said(outcome: Outcome) -> Seen:
    """A prediction as a tuple."""
    if isinstance(outcome, Refused):
        return (outcome.error,)
    view = outcome.result if isinstance(outcome, CopyNeeded) else outcome
    layout = view.layout
    kind = "copy" if isinstance(outcome, CopyNeeded) else "view"
    return (kind, layout.shape, layout.strides, layout.offset, view.conj, view.neg, view.dtype.name)


def facts(result: Any, before: Any, rules: Rules) -> Seen:
    """The same of a result: view or copy by whose memory it is."""
    if rules == "numpy":
        if isinstance(result, np.generic):
            return ("copy", (), (), 0, False, False, result.dtype.name)
        owner = _owner(result)
        kind = "view" if owner is _owner(before) else "copy"
        offset = _address(result) - _address(owner)
        return (kind, result.shape, result.strides, offset, False, False, result.dtype.name)
    block, old = result.untyped_storage(), before.untyped_storage()
    shared = block.data_ptr() == old.data_ptr() if block.data_ptr() else block._cdata == old._cdata
    size = result.element_size()
    strides = tuple(size * stride for stride in result.stride())
    name = str(result.dtype)[6:]
    flags = (result.is_conj(), result.is_neg(), name)
    return ("view" if shared else "copy", tuple(result.shape), strides, size * result.storage_offset(), *flags)


def _owner(array: Any) -> Any:
    while getattr(array, "base", None) is not None:
        array = array.base
    return array


def _address(array: Any) -> int:
    return int(array.__array_interface__["data"][0])


def seen(made: Any, call: Call, rules: Rules) -> tuple[list[Seen], list[Any]]:
    """What the library does: the facts of each result, and the results; or the name of its exception."""
    try:
        result = perform(made, call, rules)
    except Exception as error:  # noqa: BLE001 - which type comes is the question
        return [(type(error).__name__,)], []
    results = list(result) if isinstance(result, (tuple, list)) else [result]
    if any(min(one.shape, default=0) < 0 for one in results):  # torch.tensor(1).expand(-2, 0) passes
        return [("RuntimeError",)], []
    return [facts(one, made, rules) for one in results], results


class Chain:
    """A chain that the library makes and the algebra follows, call by call; raises at the first difference."""

    def __init__(self, rng: random.Random, rules: Rules) -> None:
        self.rng = rng
        self.rules: Rules = rules
        self.view = start_view(rng, rules)
        self.made, self.memory = laid(self.view, rules)
        self.calls: list[Call] = []
        self.steps: list[Step] = []
        self.told: list[tuple[str, str]] = []
        """Each name, and what came of it."""

    def extend(self, call: Call) -> bool:
        """One call more; False where the chain ends."""
        found, results = seen(self.made, call, self.rules)
        try:
            here = step(self.memory.view, call, self.rules)
        except UnsupportedError:  # an empty view of NumPy's may begin before its memory
            assert any(len(one) > 3 and one[3] < 0 for one in found), call
            return False
        if call.name in DEVICES and not torch.cuda.is_available():
            assert found[0][0] in {"AssertionError", "RuntimeError"}
            return True
        self._compare(call, here, found)
        if results:
            self._go_on(here, results)
        return bool(results)

    def _compare(self, call: Call, here: Step, found: list[Seen]) -> None:
        expected = [said(outcome) for outcome in here.after]
        what = f"{self.rules}: {call} of {self.memory.view} {self.memory.view.dtype.name}"
        assert expected == found, f"{what}: said {expected}, seen {found}"
        self.calls.append(call)
        self.steps.append(here)
        self.told += [(call.name, str(one[0])) for one in found] or [(call.name, "none")]

    def _go_on(self, here: Step, results: list[Any]) -> None:
        index = self.rng.randrange(len(results))
        self.made = np.asarray(results[index]) if self.rules == "numpy" else results[index]
        if here.several:
            piece = here.after[index]
            assert isinstance(piece, View)
            self.calls.append(Call("getitem", (index,)))
            self.steps.append(Step(f"[{index}]", (), piece, (piece,)))
        moved = advanced(self.memory, here.ops[index : index + 1] if here.several else here.ops, self.rules)
        assert moved is not None
        self.memory = moved

    def fits(self) -> bool:
        """Whether it is small enough to go on with."""
        shape = self.memory.view.layout.shape
        return prod(shape) <= MOST and len(shape) <= 7


def check_chain(rng: random.Random, rules: Rules) -> list[tuple[str, str]]:
    """A random chain, each step as the library did it, the values at its end, and all of it followed in one go."""
    chain = Chain(rng, rules)
    names = NAMES[rules]
    for _ in range(rng.randint(1, LONGEST)):
        if not chain.fits() or not chain.extend(MAKERS[rules][rng.choice(names)](rng, chain.memory.view)):
            break
    _check_values(chain.made, chain.memory, rules, chain.calls)
    assert list(follow(chain.view, chain.calls, rules)) == chain.steps
    return chain.told


def _check_values(made: Any, memory: Memory, rules: Rules, calls: list[Call]) -> None:
    if not memory.known or not prod(memory.view.layout.shape) or memory.view.dtype.name in {"bfloat16", "complex32"}:
        return
    if rules == "torch" and memory.view.dtype.name == "bool" and memory.view.neg:
        return
    found = made.resolve_conj().resolve_neg().numpy() if rules == "torch" else made
    expected = read(memory)
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected, equal_nan=True), f"{rules}: values of {calls}"
