"""A call run on copies of what it is given: what ran, what was written, whether it gives the same again."""

from __future__ import annotations

from array import array
from copy import deepcopy
from dataclasses import replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch.utils._pytree import tree_flatten, tree_map

from tensorlab.bench.slowness.agreeing import agrees
from tensorlab.bench.slowness.arguments import cloned
from tensorlab.bench.slowness.programs import HINT, Watch, storage_of, tensors_in
from tensorlab.bench.slowness.reached import kept, unchanged
from tensorlab.bench.slowness.words import name_of
from tensorlab.dispatch.tracer import Tracer
from tensorlab.errors import TensorlabError, UnsupportedError
from tensorlab.memory.naming import short_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.slowness.programs import Program
    from tensorlab.dispatch.record import OpCall


class Call(NamedTuple):
    """A function with what it is given."""

    fn: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    name: str = ""
    small: Callable[[], Any] | None = None
    """The same work on the smallest operands, where that is known."""

    def on(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
        """Called with other arguments."""
        return self.fn(*args, **kwargs)

    def copied(self) -> Call:
        """The call with copies of all that it is given: whatever is done with it, what the user gave stays as it is.

        Raises:
            UnsupportedError: It cannot be copied.
        """
        args, kwargs = _copies((self.args, self.kwargs))
        return self._replace(args=args, kwargs=kwargs)

    def make(self) -> Callable[[], Any]:
        """The call on copies of what it is given."""
        args, kwargs = tree_map(cloned, (self.args, self.kwargs))
        fn = self.fn
        return (lambda: fn(*args, **kwargs)) if kwargs else (lambda: fn(*args))


OWN_LINE = f"{Path(__file__).name}:{Call.on.__code__.co_firstlineno + 2}"
"""Where a function that was given is called: no line of the user's."""


class Seen(NamedTuple):
    """What one call did."""

    result: Any
    program: Program
    calls: tuple[OpCall, ...]
    writes: bool
    """Whether it wrote what it was given."""
    varies: bool
    """Whether it gave something else the second time."""


def look(call: Call) -> Seen:
    """Run it on copies: once watched, so that it writes nothing else; once traced; once more to see what varies."""
    copies = _copies((call.args, call.kwargs))
    around = kept(call.fn)
    state = torch.get_rng_state()
    watch = Watch(_own_tensors(copies))
    with watch:
        try:
            result = _called(call, copies)
        finally:
            written = [one for one in around if one.changed]
            for one in written:
                one.restore()
    if written:
        told = f"the call writes memory that it was not given: {short_name(written[0].thing)} {written[0].name!r}"
        raise UnsupportedError(f"{told}; it holds again what it held", hint=HINT)
    program = watch.end(result)
    torch.set_rng_state(state)
    again = deepcopy((call.args, call.kwargs))
    tracer = Tracer(values=False)
    with tracer:
        second = _called(call, again)
    torch.set_rng_state(state)
    wrote = bool(watch.written) or not _untouched(copies, (call.args, call.kwargs))
    calls = tuple(replace(one, line="") if one.line == OWN_LINE else one for one in tracer.calls)
    return Seen(result, program, calls, wrote, not agrees(second, result))


def _copies(given: tuple[tuple[Any, ...], dict[str, Any]]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    try:
        return deepcopy(given)
    except Exception as error:
        told = f"what it is given cannot be copied: {type(error).__name__}: {' '.join(str(error).split())[:120]}"
        raise UnsupportedError(told, hint="give leaves: tensors that were made, not computed with gradients") from error


def _called(call: Call, given: tuple[tuple[Any, ...], dict[str, Any]]) -> object:
    try:
        return call.on(*given)
    except TensorlabError:
        raise
    except Exception as error:
        told = f"{name_of(call.fn)} raised {type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise UnsupportedError(told, hint="give it what it takes: why_slow(fn, *args)") from error


def _own_tensors(copies: object) -> list[torch.Tensor]:
    found = tensors_in(copies)
    for leaf in tree_flatten(copies)[0]:
        if isinstance(leaf, torch.nn.Module):
            found += [*leaf.parameters(), *leaf.buffers()]
    return found


def _untouched(copies: object, originals: object) -> bool:
    """Whether arrays and lists are as they were; tensors are watched while they are written."""
    for one, other in zip(tree_flatten(copies)[0], tree_flatten(originals)[0], strict=False):
        if isinstance(one, (np.ndarray, bytearray, array)) and not unchanged(one, other):
            return False
        if isinstance(one, set) and one != other:
            return False
        if isinstance(one, (int, float, str)) and one != other and not (isinstance(one, float) and isnan(one)):
            return False
    return len(tree_flatten(copies)[0]) == len(tree_flatten(originals)[0])


def result_storages(seen: Seen) -> set[int]:
    """Numbers, in the trace, of storages that outlive the call: those of the last shapes that the result has."""
    shapes = {(tuple(tensor.shape), tensor.stride()) for tensor in tensors_in(seen.result) if storage_of(tensor)}
    found = set()
    for call in seen.calls:
        for storage, memory in zip(call.storages[1], call.outputs, strict=True):
            layout = memory.layout
            if layout is not None and any(shape == layout.shape for shape, _ in shapes):
                found.add(storage)
    last = [storage for call in seen.calls[-1:] for storage in call.storages[1]]
    return set(last) or found
