"""Calls of a user's own, timed side by side."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from sys import modules
from typing import TYPE_CHECKING, Any

from tensorlab.bench.words import brief
from tensorlab.errors import LayoutError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.pairing.record import Measured

HINT = 'tensorlab.measure({"a": f, "b": g}) calls f() and g()'
LONGEST = 3600.0
"""Seconds that a contender may be given."""


def measure(
    functions: Mapping[str, Callable[[], Any]],
    *,
    threads: int | str = 1,
    seconds: float = 1.0,
    fresh: bool = False,
    seed: int = 0,
) -> Measured:
    """Time calls side by side, in blocks of a millisecond at most (or one call) that take turns at random.

    What disturbs the machine disturbs all contenders alike, so the ratio of two is steadier than either time: the
    median of the ratios of neighbouring blocks stands with its interval. One thread is timed by the clock of the
    processor, several by the one on the wall. A difference under 5% is claimed only with ``fresh``: it may come from
    where the buffers happen to lie. What may be wrong nonetheless is told in ``doubts``, with what it costs, measured
    and kept: variables that choose slow code of a library which is loaded, new pages, threads that waited, interrupts.

    Args:
        functions: Names to functions without arguments; the first is what the others are compared with.
        threads: The same for every library; "all" means every processor that this process may use.
        seconds: For each function, about; slow ones take as long as a few calls do.
        fresh: Whether they are functions that make the call to be timed, asked anew in each of 8 repeats, so that its
            buffers lie elsewhere.
        seed: Of the order of the turns.

    Returns:
        A record with every raw value; ``str()`` is a line for each contender and each pair, ``tensorlab.show`` draws
        it, ``tensorlab.codec.encode`` makes JSON of it.

    Raises:
        UnsupportedError: What is given is no mapping from names to functions, or is empty.
        LayoutError: A number of threads or of seconds that cannot be.
        ExpressionError: A function raised something; it is named, and its error is the cause.

    >>> import tensorlab
    >>> found = tensorlab.measure({"sum": lambda: sum(range(100)), "loop": lambda: [n for n in range(1000)]},
    ...                           seconds=0.05)
    >>> found.ratios[0].verdict, found.threads
    ('slower', 1)
    """
    libraries = frozenset({"list", *(name for name in ("numpy", "torch") if name in modules)})
    from tensorlab.bench.host.fingerprint import host_facts
    from tensorlab.bench.pairing.counters import read
    from tensorlab.bench.pairing.measuring import Plan, measured
    from tensorlab.bench.selfcheck.own_calls import checked
    from tensorlab.bench.threads import equal_threads, thread_count

    named = _named(functions)
    plan = Plan(_seconds(seconds), thread_count(threads), _flag(fresh), _seed(seed))
    prepare = {name: _made(name, call) if fresh else _given(call) for name, call in named.items()}
    with equal_threads(plan.threads):
        found = measured(prepare, plan)
    return checked(found, libraries, host_facts(), read)


def _named(functions: object) -> dict[str, Callable[[], Any]]:
    if not isinstance(functions, Mapping):
        raise UnsupportedError(f"functions are given by name; got {brief(functions)}", hint=HINT)
    if not functions:
        raise UnsupportedError("there is nothing to measure: the mapping is empty", hint=HINT)
    for name, call in functions.items():
        if not isinstance(name, str) or not name.strip():
            raise UnsupportedError(f"a function is called by a word; got {brief(name)}", hint=HINT)
        if not callable(call):
            raise UnsupportedError(f"{name} is no function without arguments; got {brief(call)}", hint=HINT)
    return dict(functions)


def _given(call: Callable[[], Any]) -> Callable[[], Callable[[], Any]]:
    return lambda: call


def _made(name: str, make: Callable[[], Any]) -> Callable[[], Callable[[], Any]]:
    def checked() -> Callable[[], Any]:
        call = make()
        if not callable(call):
            hint = "with fresh=True, each function returns the call that is timed"
            raise UnsupportedError(f"{name} made no function; got {brief(call)}", hint=hint)
        made: Callable[[], Any] = call
        return made

    return checked


def _seconds(given: object) -> float:
    if isinstance(given, (int, float)) and not isinstance(given, bool) and isfinite(given) and 0 < given <= LONGEST:
        return float(given)
    raise LayoutError(f"seconds are a number above 0 and up to {LONGEST:g}; got {brief(given)}")


def _flag(given: object) -> bool:
    if not isinstance(given, bool):
        raise UnsupportedError(f"fresh is True or False; got {brief(given)}")
    return given


def _seed(given: object) -> int:
    if type(given) is not int or given < 0:
        raise LayoutError(f"a seed is a whole number of 0 or more; got {brief(given)}")
    return given
