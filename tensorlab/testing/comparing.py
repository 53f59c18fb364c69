"""Whether two results are the same: structure, shape, dtype and elements, with the error that sums may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_RELATIVE = {
    "float16": 1e-3, "bfloat16": 1.6e-2, "float32": 1.3e-6, "float64": 1e-7, "complex32": 1e-3, "complex64": 1.3e-6,
    "complex128": 1e-7, "longdouble": 1e-7, "clongdouble": 1e-7,
}  # fmt: skip
"""Relative errors that torch.testing.assert_close allows; a dtype of 8 bits gets its own rounding step."""
_SHORT = 0.25
_DEEPEST = 20
_BY_IDENTITY: Any = object.__eq__
_ATOMS = (torch.Tensor, np.ndarray, np.generic, str, bytes)


class Tolerance(NamedTuple):
    """How far two numbers may be apart: ``absolute + relative * |expected|``; None: what is usual for the dtype."""

    relative: float | None = None
    absolute: float | None = None
    scale: float = 0.0
    """Largest number that went into the result: sums in another order differ by a part of it."""


_USUAL = Tolerance()


class Difference(NamedTuple):
    """The first thing that is not as it should be."""

    where: str
    """"result", "result[0]", "result['mean']", "argument 1"."""
    what: str
    """"element (0, 1) is 3.0, not 2.0"."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def leaves(thing: object, path: str = "result", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """What a result is made of, with a name for each part; a container gives its kind and length first.

    >>> list(leaves((1, {"a": 2})))
    [('result', 'tuple of 2'), ('result[0]', 1), ('result[1]', "dict of ['a']"), ("result[1]['a']", 2)]
    """
    if isinstance(thing, _ATOMS) or depth > _DEEPEST:
        yield path, thing
    elif isinstance(thing, dict):
        yield path, f"dict of {sorted(map(str, thing))}"
        for key in sorted(thing, key=str):
            yield from leaves(thing[key], f"{path}[{key!r}]", depth + 1)
    elif isinstance(thing, (list, tuple)):
        yield path, f"{'list' if isinstance(thing, list) else 'tuple'} of {len(thing)}"
        for number, part in enumerate(thing):
            yield from leaves(part, f"{path}[{number}]", depth + 1)
    else:
        yield path, thing


def equal(got: Any, expected: Any) -> bool:  # noqa: ANN401 - anything that a function returns
    """Whether two results are certainly the same: fast, and false where only a closer look can tell.

    >>> equal(torch.ones(2), torch.ones(2)), equal(torch.ones(2), torch.ones(2, dtype=torch.int64))
    (True, False)
    """
    if type(got) is torch.Tensor and type(expected) is torch.Tensor:
        plain = got.dtype is expected.dtype and got.layout is expected.layout is torch.strided
        return plain and got.device == expected.device and torch.equal(got, expected)
    if type(got) is np.ndarray and type(expected) is np.ndarray:
        same = got.shape == expected.shape and got.dtype == expected.dtype
        return same and not got.dtype.hasobject and got.tobytes() == expected.tobytes()
    return False


def difference(
    got: object,
    expected: object,
    tolerance: Tolerance = _USUAL,
    *,
    where: str = "result",
    loosely: bool = False,
) -> Difference | None:
    """The first way in which a result is not the expected one; None where there is none.

    NaN is the same as NaN, -0.0 as 0.0. Numbers with a fraction may differ by ``tolerance``, whole ones may not.

    Args:
        got: What came.
        expected: What should have come.
        tolerance: How far numbers may be apart.
        where: What the result is called.
        loosely: Whether another library or dtype with the same numbers will do.

    >>> print(difference(torch.tensor([1.0, 3.0]), torch.tensor([1.0, 2.0])))
    result: element (1,) is 3.0, not 2.0
    >>> print(difference((1, 2), (1, 2))), print(difference([1], (1,)))
    None
    result: list of 1, not tuple of 1
    (None, None)
    """
    if equal(got, expected):
        return None
    theirs = list(leaves(expected, where))
    for number, (path, part) in enumerate(leaves(got, where)):
        if number >= len(theirs):
            return Difference(path, "there is nothing of the kind in what was expected")
        found = _leaf(part, theirs[number][1], tolerance, loosely=loosely)
        if found:
            return Difference(path, found)
    return None


def _leaf(got: Any, expected: Any, tolerance: Tolerance, *, loosely: bool) -> str | None:  # noqa: ANN401 - anything
    if equal(got, expected):
        return None
    if _is_numeric(got) and _is_numeric(expected):
        return _arrays(got, expected, tolerance, loosely=loosely)
    if type(got) is not type(expected):
        return f"{_words(got)}, not {_words(expected)}"
    try:
        same = bool(got == expected) or got is expected
    except Exception:  # noqa: BLE001 - a comparison of the user's objects may raise anything
        return None
    if same or type(got).__eq__ is _BY_IDENTITY:
        return None
    return f"{_words(got)}, not {_words(expected)}"


def _words(thing: object) -> str:
    return thing if isinstance(thing, str) else f"{type(thing).__name__} {thing!r}"[:80]


def _is_numeric(thing: object) -> bool:
    return isinstance(thing, (torch.Tensor, np.ndarray, np.generic, bool, int, float, complex))


def _arrays(got: Any, expected: Any, tolerance: Tolerance, *, loosely: bool) -> str | None:  # noqa: ANN401 - numbers
    if not loosely:
        kinds = _kind(got), _kind(expected)
        if kinds[0] != kinds[1]:
            return f"it is {kinds[0]}, not {kinds[1]}"
    ours, theirs = as_array(got), as_array(expected)
    if ours.shape != theirs.shape:
        return f"it has shape {ours.shape}, not {theirs.shape}"
    apart = _apart(ours, theirs, _kind(expected).rpartition(" ")[2], tolerance)
    if not apart.any():
        return None
    index = tuple(map(int, np.argwhere(apart)[0]))
    count = int(apart.sum())
    others = f" ({count} of {apart.size} are wrong)" if count > 1 else ""
    what = f"element {index} is" if index else "it is"
    return f"{what} {ours[index]}, not {theirs[index]}{others}"


def _kind(thing: Any) -> str:  # noqa: ANN401 - numbers
    if isinstance(thing, torch.Tensor):
        return f"a tensor of {str(thing.dtype).removeprefix('torch.')}"
    if isinstance(thing, (np.ndarray, np.generic)):
        return f"an array of {thing.dtype.name}"
    return f"a {type(thing).__name__}"


def as_array(thing: Any) -> NDArray[Any]:  # noqa: ANN401 - a tensor, an array or a number
    """The numbers as an array, those of a dtype that NumPy lacks in a wider one.

    >>> as_array(torch.tensor([1.5], dtype=torch.bfloat16)).tolist()
    [1.5]
    """
    if not isinstance(thing, torch.Tensor):
        return np.asarray(thing)
    plain = thing.detach()
    if plain.layout is not torch.strided:
        plain = plain.to_dense()
    if plain.is_quantized:
        plain = plain.dequantize()
    plain = plain.resolve_conj().resolve_neg().cpu()
    try:
        return np.asarray(plain.numpy())
    except TypeError:
        return np.asarray(plain.to(torch.complex64 if plain.is_complex() else torch.float32).numpy())


def _apart(ours: NDArray[Any], theirs: NDArray[Any], kind: str, tolerance: Tolerance) -> NDArray[np.bool_]:
    """Which elements are further apart than they may."""
    if theirs.dtype.kind not in "fc" and ours.dtype.kind not in "fc":
        return np.asarray(ours != theirs)
    wide: Any = np.complex128 if "c" in (ours.dtype.kind, theirs.dtype.kind) else np.float64
    ours, theirs = ours.astype(wide), theirs.astype(wide)
    with np.errstate(all="ignore"):
        same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
        finite = np.isfinite(ours) & np.isfinite(theirs)
        near = np.abs(ours - theirs) <= _allowed(theirs, kind, tolerance)
    return np.asarray(~(same | (finite & near)))


def _allowed(theirs: NDArray[Any], kind: str, tolerance: Tolerance) -> NDArray[Any]:
    relative = tolerance.relative
    if relative is None:
        relative = _RELATIVE.get(kind, _SHORT if kind.startswith("float8") else 1.3e-6)
    absolute = 1e-5 if tolerance.absolute is None else tolerance.absolute
    sizes = np.abs(theirs)
    if tolerance.relative is None and tolerance.absolute is None:
        largest = float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))
        sizes = np.full(sizes.shape, largest + tolerance.scale)
    return np.asarray(absolute + relative * sizes)


def scale_of(things: Sequence[Any]) -> float:
    """The largest finite number in some arguments.

    >>> scale_of([torch.tensor([1.0, -7.0, float("inf")])])
    7.0
    """
    most = 0.0
    for thing in things:
        if _is_numeric(thing):
            sizes = np.abs(as_array(thing).astype(np.complex128))
            most = max(most, float(np.max(sizes, where=np.isfinite(sizes), initial=0.0)))
    return most
