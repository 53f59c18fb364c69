"""Which rank a failure began with: from what the ranks left behind and what torchrun saw."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.distributed.record import Failure
from tensorlab.process.child import signal_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tensorlab.distributed.journal import RankState

_LATE = ("timed out", "timeout")
_ECHOES = ("connection closed by peer", "connection reset by peer", "broken pipe", *_LATE)
"""How ranks speak that only suffer from another one's end."""


class Signs(NamedTuple):
    """What is known when it is over."""

    states: Sequence[RankState]
    codes: Mapping[int, int]
    """Exit codes of the ranks that torchrun saw failing; signals below 0."""
    launch: str = ""
    """Why torchrun itself failed."""
    silent: float | None = None
    """Seconds without a step, where that is why it was ended."""
    late: float | None = None
    """Seconds that the whole was given, where that is why it was ended."""


def judged(signs: Signs) -> Failure:
    """The failure that the others follow from.

    A rank that a signal ended comes first, unless it is the one by which torchrun ends those that are left; then one
    with an exception of its own; where the others only waited in vain, the one that they waited for.

    >>> from tensorlab.distributed.journal import RankState
    >>> waits = RankState(1, 7, "all_reduce of 4,096 B", 9.0, "RuntimeError: Timed out waiting 5000ms for recv")
    >>> print(judged(Signs([waits, RankState(2, 7, "all_reduce of 4,096 B", 3.0)], {0: 1})))
    rank 1 hangs: the others waited for it in vain, in all_reduce of 4,096 B
    >>> print(judged(Signs([waits, RankState(2, 3, "starting", 3.0)], {0: 1, 1: -9})))
    rank 1 was ended by SIGKILL, in starting
    """
    return _killed(signs) or _said(signs) or _ended(signs) or _waited(signs) or _told(signs)


def _killed(signs: Signs) -> Failure | None:
    """Signals; SIGTERM is how torchrun ends the ranks that are left, so that one waits for better reasons."""
    for rank, code in sorted(signs.codes.items()):
        if code < 0 and code != -signal.SIGTERM:
            return Failure("died", rank, _step(signs, rank), f"was ended by {signal_name(-code)}")
    return None


def _said(signs: Signs) -> Failure | None:
    own = [(state.at, rank) for rank, state in enumerate(signs.states) if state.error and not _echo(state.error)]
    if not own:
        return None
    rank = min(own)[1]
    return Failure("raised", rank, _step(signs, rank), f"failed: {signs.states[rank].error}")


def _ended(signs: Signs) -> Failure | None:
    for rank, code in sorted(signs.codes.items()):
        if code > 0 and not signs.states[rank].error:
            return Failure("died", rank, _step(signs, rank), f"ended with exit code {code}")
    return None


def _waited(signs: Signs) -> Failure | None:
    """Ranks say no more than that another one is missing: it hangs where they waited, else it is the one that ended."""
    echoing = [rank for rank, state in enumerate(signs.states) if state.error]
    quiet = [rank for rank, state in enumerate(signs.states) if not state.error]
    if not echoing:
        return None
    if not quiet:
        rank = min(echoing, key=lambda one: (signs.states[one].steps, signs.states[one].at))
        return Failure("raised", rank, _step(signs, rank), f"failed: {signs.states[rank].error}")
    rank = min(quiet, key=lambda one: signs.states[one].steps)
    if signs.codes.get(rank) == -signal.SIGTERM and not any(_late(signs.states[one].error) for one in echoing):
        return Failure("died", rank, _step(signs, rank), "was ended by SIGTERM")
    return Failure("hangs", rank, _step(signs, rank), "hangs: the others waited for it in vain")


def _told(signs: Signs) -> Failure:
    """No rank said anything."""
    if signs.launch:
        return Failure("launch", None, "", f"failed: {signs.launch}")
    if signs.codes:
        rank = min(signs.codes)
        return Failure("died", rank, _step(signs, rank), f"was ended by {signal_name(-signs.codes[rank])}")
    if signs.silent is not None:
        return _hanging(signs, signs.silent)
    if signs.late is not None:
        rank = min(range(len(signs.states)), key=lambda one: signs.states[one].steps)
        return Failure("late", rank, _step(signs, rank), f"was not done within {signs.late:g} s")
    return Failure("launch", None, "", "failed: torchrun ended without a word")


def _hanging(signs: Signs, seconds: float) -> Failure:
    rank = min(range(len(signs.states)), key=lambda one: signs.states[one].steps)
    return Failure("hangs", rank, _step(signs, rank), f"hangs: no step within {seconds:g} s")


def _step(signs: Signs, rank: int) -> str:
    return signs.states[rank].step or "starting"


def _echo(error: str) -> bool:
    return any(word in error.lower() for word in _ECHOES)


def _late(error: str) -> bool:
    return any(word in error.lower() for word in _LATE)
