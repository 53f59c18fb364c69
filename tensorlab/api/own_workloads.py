"""Workloads of a user's own: a decorator that registers them, and functions that are named on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from tensorlab.errors import LayoutError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tensorlab.bench.backends.own import OwnWorkload
    from tensorlab.bench.backends.record import Backend
    from tensorlab.bench.record import Catalogue

Function = TypeVar("Function", bound="Callable[..., Any]")
_REGISTERED: dict[tuple[str, str], OwnWorkload] = {}
"""Workload and who computes it; the later of two wins."""


@overload
def workload(function: Function, /) -> Function: ...
@overload
def workload(
    function: str | None = None,
    /,
    *,
    backend: str = "own",
    inputs: Callable[[int], object] | None = None,
    reference: Callable[..., object] | None = None,
    tolerance: float = 1e-5,
    sizes: int | Iterable[int] = (),
) -> Callable[[Function], Function]: ...
def workload(  # noqa: PLR0913 - each is something to say of a workload, and all have a default
    function: Function | str | None = None,
    /,
    *,
    backend: str = "own",
    inputs: Callable[[int], object] | None = None,
    reference: Callable[..., object] | None = None,
    tolerance: float = 1e-5,
    sizes: int | Iterable[int] = (),
) -> Any:
    """Register a function as a workload of your own: ``benchmark(NAME)`` measures it like any other.

    A function without parameters is timed as it is. One with a parameter is given a size: if it returns a function,
    that is timed, and what it set up is not; otherwise the call itself is. With ``inputs`` it is given what that makes
    of a size. Several functions under one name are measured in turns with one another, beside the first of them.

    Args:
        function: The function, where the decorator stands without brackets; or the workload's name, if not its own.
        backend: Who computes: the word in the first column of the table.
        inputs: Size to the arguments: one, or a tuple of them.
        reference: The same arguments to the right result. A wrong one is a row without a time. Without it, functions
            with ``inputs`` under one name must agree with the first.
        tolerance: Largest error, relative to the largest value of the right result.
        sizes: That are measured unasked; 1,000 and 1,000,000 if left out.

    Raises:
        UnsupportedError: It decorates what cannot be called, or a name is empty.
        LayoutError: A size below 1, or a tolerance below 0.

    >>> import tensorlab, tempfile
    >>> @tensorlab.workload(inputs=lambda size: list(range(size)), reference=lambda items: sorted(items), sizes=100)
    ... def backwards(items):
    ...     return items[::-1][::-1]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     session = tensorlab.benchmark("backwards", output=f"{folder}/own.jsonl")
    >>> [(run.case.workload, run.case.size, run.error) for run in session.runs]
    [('backwards', 100, 0.0)]
    """
    from tensorlab.bench.backends.own import OwnWorkload

    if function is not None and not isinstance(function, str):
        return workload()(function)
    wanted = tuple(sizes) if isinstance(sizes, Iterable) else (sizes,)
    _require_words(function, backend)
    _require_calls(inputs, reference)
    _require_numbers(wanted, tolerance)

    def register(made: Function) -> Function:
        if not callable(made):
            raise UnsupportedError(f"a workload is a function; got {type(made).__name__}")
        name = str(function or getattr(made, "__name__", "own"))
        _REGISTERED[name, backend] = OwnWorkload(
            name=name,
            function=made,
            backend=backend,
            inputs=inputs,
            reference=reference,
            tolerance=tolerance,
            sizes=wanted,
        )
        return made

    return register


def _require_words(name: object, backend: object) -> None:
    for what, word in (("workload", name), ("backend", backend)):
        if word is not None and not (isinstance(word, str) and word.strip()):
            raise UnsupportedError(f"a {what} has a name of one letter or more; got {word!r}")


def _require_calls(inputs: object, reference: object) -> None:
    for what, function in (("inputs", inputs), ("reference", reference)):
        if function is not None and not callable(function):
            raise UnsupportedError(f"{what} is a function; got {type(function).__name__}")


def _require_numbers(sizes: tuple[object, ...], tolerance: object) -> None:
    if any(not isinstance(size, int) or isinstance(size, bool) or size < 1 for size in sizes):
        raise LayoutError(f"sizes are whole numbers of 1 or more; got {sizes!r}")
    if not isinstance(tolerance, (int, float)) or not 0 <= tolerance < 1:
        raise LayoutError(f"a tolerance is a number from 0 to below 1; got {tolerance!r}", hint="for one: 1e-5")


def with_own(
    catalogue: Catalogue, backends: Mapping[str, Backend], names: tuple[str, ...]
) -> tuple[Catalogue, Mapping[str, Backend]]:
    """The workloads and libraries, with those that were registered and those that are named ``path.py:function``.

    Raises:
        UnavailableError: There is no such file, module or function.
        UnsupportedError: A workload of one's own is called like one that is there.

    >>> from tensorlab.bench.catalogue import CATALOGUE
    >>> with_own(CATALOGUE, {}, ("json:loads",))[0].workloads[-1].name
    'json:loads'
    """
    from dataclasses import replace

    from tensorlab.bench.backends.own import OwnWorkload, own_catalogue
    from tensorlab.process.target import load

    found: list[OwnWorkload] = []
    for name in dict.fromkeys(names):
        if ":" in name:
            function = load(name)[0]
            said = {one.name for one in _REGISTERED.values() if one.function is function}
            known = [one for one in _REGISTERED.values() if one.name in said]
            found += [replace(one, name=name) for one in known] or [OwnWorkload(name=name, function=function)]
    found += [one for one in _REGISTERED.values() if one.name in names]
    taken = {one.name for one in catalogue.workloads} & {one.name for one in found}
    if taken:
        raise UnsupportedError(f"a workload is called {taken.pop()!r} already", hint="give yours another name")
    libraries = {one.backend for one in found} & set(backends)
    if libraries:
        found = [replace(one, backend=f"own {one.backend}") if one.backend in libraries else one for one in found]
    if not found:
        return catalogue, backends
    own, mine = own_catalogue(tuple(found))
    return catalogue + own, {**backends, **mine}
