"""How often tensors were written: what torch counted, and what it leaves to be counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tensorlab.dispatch.identities import Known

WRITTEN = -2
"""In the place of a version: that of what was just written, which torch counts when the operator has run."""
_BASE: Any = torch.Tensor
VERSION: Callable[[torch.Tensor], int] = _BASE._version.__get__  # noqa: SLF001 - public, in spite of its name


def version_of(tensor: torch.Tensor) -> int | None:
    """How often its memory was written; None of an inference tensor, of which torch does not count that.

    >>> version_of(torch.zeros(2).add_(1)), version_of(torch.ones(1))
    (1, 0)
    """
    try:
        return VERSION(tensor)
    except RuntimeError:
        return None


def counted(
    before: Sequence[int | None], given: Sequence[Known], lists: Sequence[Known]
) -> tuple[int | None, ...] | None:
    """Versions of what an operator was given, after it has written; None where none has changed.

    Args:
        before: Versions of what it was given, as it was called.
        given: What it was given.
        lists: Those of lists that it wrote: under any mode torch does not count that, and a backward would miss it.
    """
    if lists:
        _count(dict(zip(map(id, given), before, strict=True)), lists)
    changed, after = False, list(before)
    for place, known in enumerate(given):
        thing = known[0]()
        if thing is None:
            continue
        version = after[place] = version_of(thing)
        changed = changed or version != before[place]
        if known[3] == WRITTEN:
            known[3] = version
    return tuple(after) if changed else None


def _count(before: dict[int, int | None], lists: Sequence[Known]) -> None:
    for known in lists:
        thing, then = known[0](), before[id(known)]
        if thing is not None and then is not None and version_of(thing) == then:
            torch.autograd.graph.increment_version(thing)
