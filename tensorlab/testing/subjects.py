"""From what a caller writes to what is tested: looked at before anything is called."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tensorlab.errors import UnknownNameError, UnsupportedError, unknown_name
from tensorlab.layout.dtype import DTYPES
from tensorlab.process.target import origin_of
from tensorlab.testing.calling import Randomness, Subject
from tensorlab.testing.placing import fill
from tensorlab.testing.record import CLASSES, CONTRACTS, Spec
from tensorlab.testing.specs import LIKE_RESULT, Constant, parse, slot, spec_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.testing.record import Contract, LayoutClass
    from tensorlab.testing.specs import Slot

HINT = 'say what the arguments are: check_layouts(fn, "float32[n, 3]", "int64[k] < n"), or give examples'
_SEEDS = 2**32
_TRIED = ((2, 3), (2, 2), (3,), (1, 2, 3, 3), ())
"""Shapes of arguments by which it is found out how many of them a function takes."""
_FEW = 4
"""Arguments that are tried."""


def subject_of(  # noqa: PLR0913 - those of check_layouts
    fn: Callable[..., object],
    specs: Sequence[object],
    *,
    contract: str | Sequence[str] = "pure",
    reference: Callable[..., object] | None = None,
    out: object = False,
    keywords: Mapping[str, object] | None = None,
    classes: Sequence[LayoutClass] | None = None,
    tolerance: tuple[float, float] | None = None,
    seed: int = 0,
) -> Subject:
    """What is tested, from the arguments of ``check_layouts``.

    Raises:
        TensorlabError: Something is of another kind than it should be, or there is nothing to lay out.

    >>> import torch
    >>> len(subject_of(torch.add, ("float32[n]", "float32[n]")).slots)
    2
    """
    called = function(fn)
    slots = tuple(slot(given, _classes(classes)) for given in (specs or _signature_specs(called)))
    subject = Subject(
        fn=called,
        slots=slots,
        contract=contracts(contract),
        keywords=_keywords(keywords),
        out=_out(out, slots),
        reference=None if reference is None else function(reference),
        tolerance=_tolerance(tolerance),
        seed=_seed(seed),
    )
    if not subject.varied:
        given = ", ".join(type(one).__name__ for one in specs)
        raise UnsupportedError(f"none of the arguments is laid out: all are passed as they are ({given})", hint=HINT)
    return subject


def contracts(given: str | Sequence[str]) -> tuple[Contract, ...]:
    """The promises that are meant.

    Raises:
        UnknownNameError: There is no such contract.
        UnsupportedError: It is no text.

    >>> contracts("pure+fresh"), contracts(("in-place", "total"))
    (('pure', 'fresh'), ('in-place', 'total'))
    """
    if not isinstance(given, (str, tuple, list, set, frozenset)):
        raise UnsupportedError(
            f"a contract is a text; got {given!r}", hint=f"one or several of: {', '.join(CONTRACTS)}"
        )
    words = given.replace(",", "+").split("+") if isinstance(given, str) else list(given)
    found: list[Contract] = []
    for word in words:
        plain = str(word).strip()
        known = next((one for one in CONTRACTS if one == plain), None)
        if known is None:
            raise unknown_name("contract", plain, CONTRACTS)
        found.append(known)
    if not found:
        raise UnknownNameError("no contract was named", hint=f"known: {', '.join(CONTRACTS)}")
    return tuple(dict.fromkeys(found))


def function(fn: Any) -> Callable[..., object]:  # noqa: ANN401 - whatever was given
    """What can be called.

    Raises:
        UnsupportedError: It cannot be called.

    >>> function(len)
    <built-in function len>
    """
    if not callable(fn):
        raise UnsupportedError(f"a function is called; got a {type(fn).__name__}", hint="give the function itself")
    found: Callable[..., object] = fn
    return found


def positive(examples: int) -> int:
    """A number of examples.

    Raises:
        UnsupportedError: It is none, or there is not even one.

    >>> positive(200)
    200
    """
    if type(examples) is not int or examples < 1:
        raise UnsupportedError(f"a test has at least one example; got {examples!r}", hint="examples=200")
    return examples


def _classes(given: Any) -> tuple[LayoutClass, ...] | None:  # noqa: ANN401 - whatever was given
    if given is None:
        return None
    names = (given,) if isinstance(given, str) else given
    if not isinstance(names, (tuple, list, set, frozenset)) or not names:
        raise UnsupportedError(
            f"classes are names of layouts, at least one; got {given!r}", hint='as in classes=["permuted", "gaps"]'
        )
    for name in names:
        if name not in CLASSES:
            raise unknown_name("class of layouts", str(name), CLASSES)
    return tuple(name for name in CLASSES if name in names)


def _keywords(given: object) -> dict[str, object]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or any(not isinstance(name, str) for name in given):
        raise UnsupportedError(
            f"keywords are values by their names; got {given!r}"[:200], hint='as in keywords={"dim": 1}'
        )
    return dict(given)


def _seed(given: object) -> int:
    if type(given) is not int or not 0 <= given < _SEEDS:
        raise UnsupportedError(f"a seed is a whole number from 0 to 2**32 - 1; got {given!r}", hint="seed=0")
    return given


def _tolerance(given: object) -> tuple[float, float] | None:
    if given is None:
        return None
    pair = given if isinstance(given, (tuple, list)) else ()
    numbers = [float(one) for one in pair if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if len(pair) != 2 or len(numbers) != 2 or any(not 0 <= one < math.inf for one in numbers):
        raise UnsupportedError(
            f"a tolerance is two numbers from 0 on, relative and absolute; got {given!r}"[:200],
            hint="as in tolerance=(1e-5, 1e-8)",
        )
    return numbers[0], numbers[1]


def _out(given: object, slots: tuple[Slot, ...]) -> Spec | None:
    """What an ``out`` may be: that of a text, of an example, or what fits the result."""
    if given is None or given is False:
        return None
    if given is True:
        libraries = [spec_of(one).library for one in slots if not isinstance(one, Constant)]
        return Spec(shape=(LIKE_RESULT,), dtypes=tuple(DTYPES.values()), library=(libraries or ["torch"])[0])
    if isinstance(given, str):
        return parse(given)
    one = slot(given)
    if isinstance(one, Constant):
        raise UnsupportedError(
            f"out is a text, an example, or True; got a {type(given).__name__}", hint='as in out="float32[n, m]"'
        )
    return spec_of(one)


def name_of(fn: object) -> str:
    """What a function is called.

    >>> name_of(np.add), name_of(torch.relu), name_of(subject_of)
    ('numpy.add', 'torch.relu', 'tensorlab.testing.subjects.subject_of')
    """
    if isinstance(fn, np.ufunc):
        return f"numpy.{fn.__name__}"
    name = getattr(fn, "__qualname__", None) or getattr(fn, "__name__", None) or type(fn).__name__
    home = getattr(fn, "__module__", None)
    if inspect.isbuiltin(fn) or str(home).partition(".")[0] == "torch":
        origin = origin_of(fn)
        if origin is not None:
            return origin.expression
    return f"{home}.{name}" if home and home not in {"builtins", "__main__"} else str(name)


def specs_for(fn: Any, specs: Sequence[object]) -> Sequence[object]:  # noqa: ANN401 - whatever was given
    """The specs that were given; where there are none, one of any shape for each argument that the function needs.

    A function that does not say how many it takes, as most of torch's own, is called with one, two, ... until it takes
    them.

    Raises:
        UnsupportedError: It takes none of them.

    >>> specs_for(torch.mul, ())
    ('float32[...]', 'float32[...]')
    """
    if specs or not callable(fn):
        return specs
    library = _library(fn)
    return (f"{library}float32[...]",) * (_needed(fn) or _taken(fn, library))


def _signature_specs(fn: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever can be called
    """An argument of any shape for each one that the function says it needs; it is not called."""
    needed = _needed(fn)
    if not needed:
        raise UnsupportedError(f"nothing says how many arguments {name_of(fn)} takes", hint=HINT)
    return (f"{_library(fn)}float32[...]",) * needed


def _library(fn: Any) -> str:  # noqa: ANN401 - whatever can be called
    numpys = isinstance(fn, np.ufunc) or str(getattr(fn, "__module__", "")).partition(".")[0] == "numpy"
    return "np " if numpys else ""


def _needed(fn: Any) -> int:  # noqa: ANN401 - whatever can be called
    """Arguments that have no default; 0 where nothing is said."""
    if isinstance(fn, np.ufunc):
        return fn.nin
    try:
        parameters = inspect.signature(fn).parameters.values()
    except (TypeError, ValueError):
        return 0
    positional = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    return sum(one.default is one.empty and one.kind in positional for one in parameters)


def _taken(fn: Any, library: str) -> int:  # noqa: ANN401 - whatever can be called
    """As many contiguous arguments as the function takes."""
    generators = Randomness()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            for count in range(1, _FEW + 1):
                if any(_takes(fn, library, (shape,) * count) for shape in _TRIED):
                    return count
        finally:
            generators.restore()
    raise UnsupportedError(f"nothing says how many arguments {name_of(fn)} takes", hint=HINT)


def _takes(fn: Any, library: str, shapes: tuple[tuple[int, ...], ...]) -> bool:  # noqa: ANN401 - whatever can be called
    arrays = [fill(shape, DTYPES["float32"], position=place).astype(np.float32) for place, shape in enumerate(shapes)]
    try:
        fn(*(arrays if library else map(torch.from_numpy, arrays)))
    except (Exception, SystemExit):  # noqa: BLE001 - it is the user's function
        return False
    return True
