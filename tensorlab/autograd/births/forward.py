"""What a loss that is not finite comes of, through all that led to it; what went nowhere; over records of calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tensorlab.autograd.births.telling import birth_at, came_in
from tensorlab.autograd.births.words import birth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tensorlab.autograd.births.record import NanBirth
    from tensorlab.autograd.births.telling import Seen
    from tensorlab.dispatch.backwards import Backward


def spoilt(seen: Seen, runs: Iterable[Backward]) -> list[int]:
    """Calls that made what a backward began at, where that was not finite."""
    found = seen.found
    made = [found.makers[root] for run in runs for root in run.roots if root in found.makers]
    return [number for number in made if number in found.taints and any(found.taints[number].gave)]


def origin(seen: Seen, reaching: Iterable[int], *, is_nan: bool) -> NanBirth | None:
    """What first made a NaN, where the loss is one; else an infinity; else what came in with one."""
    numbers, taints = sorted(reaching), seen.found.taints
    made = [number for number in numbers if taints[number].makes]
    nans = [number for number in made if taints[number].gave[0]]
    came = [number for number in numbers if taints[number].came]
    made = nans if is_nan and nans else made
    if came and (not made or (taints[came[0]].given[0] and came[0] < made[0])):
        return came_in(seen, came[0], numbers)
    kinds = {number: birth(seen.calls[number], taints[number]).source for number in made}
    chosen = [] if is_nan else [number for number in made if kinds[number] == "op"]
    chosen = chosen or [number for number in made if kinds[number] != "uninitialised"] or made
    return birth_at(seen, chosen[0]) if chosen else None


def masked(seen: Seen, reached: set[int]) -> list[NanBirth]:
    """NaN that forward made and that reached no loss, and infinities that it made of finite numbers, as ``log`` of 0.

    An infinity that the user wrote, as for a softmax, is left out; so is what was made of one that came in, and what a
    kernel gives beside its result: ``ctc_loss`` counts in minus infinities.
    """
    found = []
    for number, taint in sorted(seen.found.taints.items()):
        if taint.makes and any(taint.gave) and seen.calls[number].phase == "forward":
            if number >= seen.last or number in reached:
                continue
            one = replace(birth_at(seen, number), masked=True)
            if (one.source == "op" and not taint.place) or (taint.gave[0] and one.source != "uninitialised"):
                found.append(one)
    return found


def later(seen: Seen) -> NanBirth | None:
    """What was made after the loss: by the step of an optimizer; memory that nobody wrote yet says nothing."""
    taints = seen.found.taints
    made = (n for n in sorted(taints) if n > seen.last and taints[n].makes and seen.calls[n].phase == "forward")
    births = (birth_at(seen, number) for number in made)
    return next((one for one in births if one.source != "uninitialised"), None)
