"""Whose bytes storages are, as a recording that is still there saw it: what was there before it came from outside."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from tensorlab.autograd.saved.record import Owner
from tensorlab.autograd.saved.revealing import revealed
from tensorlab.autograd.saved.versions import versions_then
from tensorlab.dispatch.tracer import LIVING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from tensorlab.autograd.saved.record import SavedColumns
    from tensorlab.dispatch.tracer import Tracer
    from tensorlab.dispatch.watching import Event

_OWNERS: tuple[Owner, ...] = get_args(Owner)
_INPUT, _ACTIVATION = _OWNERS.index("input"), _OWNERS.index("activation")
_SITE, _GIVEN, _GAVE = 1, 2, 3
_MODULE = 3
_STORAGE, _NEEDS_GRAD = 1, 3
_CAST = "aten._to_copy.default"


def recorded(columns: SavedColumns, storages: Sequence[torch.UntypedStorage], sequences: Sequence[int]) -> SavedColumns:
    """The columns with what recordings know: whose the storages are, and what nodes keep that show nothing of it.

    ``sequences`` are autograd's counts, by node.
    """
    tracers = [tracer for tracer in tuple(LIVING) if tracer.events]
    if not tracers:
        return columns
    then = versions_then(columns, storages, sequences, tracers)
    return revealed(replace(columns, owners=owners_seen(storages), then=then), tracers, sequences)


def owners_seen(storages: Sequence[torch.UntypedStorage]) -> array[int]:
    """Of each storage, the place of its owner among parameter, buffer, input, activation; -1 where none was seen.

    What was there before the recording is an input, and so is what was made outside every module of nothing, or of
    inputs that need no gradient: ``x = torch.randn(8, 3)``, ``x = (x - x.mean()) / x.std()``; and
    so is an input in another dtype, as autocast makes it. All else is an activation. Empty where nothing was recorded.

    >>> import torch
    >>> from tensorlab.dispatch.tracer import Tracer
    >>> x, weight = torch.ones(3), torch.ones(3, requires_grad=True)
    >>> with Tracer() as tracer:
    ...     y = x * weight
    ...     z = torch.ones(3)
    >>> owners_seen([thing.untyped_storage() for thing in (x, y, z, torch.ones(3))])
    array('q', [2, 3, 2, -1])
    """
    seen = [(tracer, _owners(tracer)) for tracer in tuple(LIVING) if tracer.events]
    if not seen:
        return array("q")
    return array("q", [_owner_of(storage, seen) for storage in storages])


def _owner_of(storage: torch.UntypedStorage, seen: Sequence[tuple[Tracer, dict[int, int]]]) -> int:
    for tracer, owners in seen:
        number = tracer.storage_number(storage)
        if number in owners:
            return owners[number]
    return -1


def _owners(tracer: Tracer) -> dict[int, int]:
    """Of each storage by its number in the recording, when it was first met."""
    found: dict[int, int] = {}
    for event in tracer.events:
        for look in event[_GIVEN]:
            found.setdefault(look[_STORAGE], _INPUT)
        owner: int | None = None
        for look in event[_GAVE]:
            if look[_STORAGE] not in found:
                owner = _made_by(event, found, tracer) if owner is None else owner
                found[look[_STORAGE]] = owner
    found.pop(-1, None)
    return found


def _made_by(event: Event, found: dict[int, int], tracer: Tracer) -> int:
    given = event[_GIVEN]
    if any(look[_NEEDS_GRAD] or found[look[_STORAGE]] == _ACTIVATION for look in given):
        return _ACTIVATION
    inside = event[_SITE] >= 0 and tracer.sites[event[_SITE]][_MODULE]
    return _ACTIVATION if inside and event[0] != _CAST else _INPUT
