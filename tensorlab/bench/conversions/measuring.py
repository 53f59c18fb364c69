"""One conversion, measured: by addresses, by values, and by writing into what was made. Run where that does no harm."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from tensorlab.bench.conversions.calls import CALLS, values, write
from tensorlab.bench.conversions.record import Conversion
from tensorlab.bench.conversions.sources import SOURCES
from tensorlab.errors import UnsupportedError
from tensorlab.layout.record import Answer
from tensorlab.memory.naming import reason
from tensorlab.memory.registry import describe
from tensorlab.memory.sharing.answers import shares

if TYPE_CHECKING:
    from tensorlab.bench.conversions.record import Loss, Outcome
    from tensorlab.bench.conversions.sources import Source
    from tensorlab.memory.record import MemoryMap

_LIBRARIES_SAY = 120
"""Characters of a library's message that are kept."""


def measured(source: str, call: str) -> Conversion:
    """What the function of that name makes of a fresh source of that name.

    It writes into what it made, and some functions end the process: call it in a process that nobody needs.

    >>> print(measured("list of float", "torch.tensor"))
    list of float: torch.tensor copies, float -> float32
    """
    given = SOURCES[source].make()
    before = _dtype(given)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            made = CALLS[call](given)
        except Exception as error:  # noqa: BLE001 - a refusal is the answer, of whatever type
            return Conversion(source=source, call=call, outcome="refuses", before=before, reason=_said(error))
    warning = str(warned[0].message).partition(". ")[0][:_LIBRARIES_SAY] if warned else ""
    after = _dtype(made)  # before anything is written into it
    facts = _facts(SOURCES[source], given, made)
    return Conversion(
        source=source,
        call=call,
        outcome=facts.outcome,
        made=type(made).__name__,
        before=before,
        after=after,
        lost=facts.lost,
        written=facts.written,
        warning=warning,
    )


class _Facts(NamedTuple):
    """What is told of a source and a result by looking at both, and then by writing."""

    outcome: Outcome
    lost: tuple[Loss, ...]
    written: bool | None


def _facts(source: Source, given: object, made: object) -> _Facts:
    if not source.readable:
        return _unread(made)
    if not values(given):
        return _Facts("no bytes", (), None)
    lost = tuple(_losses(source, given, made))
    share = _share(given, made)
    written = _reaches(given, made)
    if written or share:
        return _Facts("shares", lost, written)
    return _Facts("copies", tuple(loss for loss in lost if loss == "values"), written)


def _unread(made: Any) -> _Facts:  # noqa: ANN401 - whatever a conversion makes
    """Of a source that has a layout and no bytes: nothing is read and nothing written, addresses tell it all."""
    pointer = made.data_ptr() if hasattr(made, "data_ptr") else made.__array_interface__["data"][0]
    return _Facts("copies", ("values",), None) if pointer else _Facts("shares", (), None)


def _losses(source: Source, given: object, made: object) -> list[Loss]:
    lost: list[Loss] = []
    there, here = _map(given), _map(made)
    if there is not None and here is not None and "readonly" in there.traits - here.traits:
        lost.append("read-only")
    if not isinstance(made, list) and _has_other_strides(there, here):
        lost.append("strides")
    if (list(source.stands_for) or values(given)) != values(made):
        lost.append("values")
    return lost


def _has_other_strides(there: MemoryMap | None, here: MemoryMap | None) -> bool:
    if there is None or here is None or there.layout is None or here.layout is None:
        return False
    return there.layout.shape == here.layout.shape and there.layout.strides != here.layout.strides


def _first_tensor(made: object) -> object:
    """A list of tensors is a list of views: what the first one covers is asked for."""
    return made[0] if isinstance(made, list) and made and hasattr(made[0], "untyped_storage") else made


def _map(thing: Any) -> MemoryMap | None:  # noqa: ANN401 - a source or a result
    """None where it does not tell its memory."""
    try:
        return describe(getattr(thing, "held", thing))
    except UnsupportedError:
        return None


def _dtype(thing: Any) -> str:  # noqa: ANN401 - a source or a result
    """Of a list, the type of its elements."""
    if isinstance(thing, list):
        return type(thing[0]).__name__ if thing else ""
    found = _map(thing)
    return "" if found is None or found.dtype is None else found.dtype.name


def _share(given: object, made: object) -> bool:
    """Whether addresses prove that they share a byte."""
    try:
        return shares(getattr(given, "held", given), _first_tensor(made)).answer is Answer.YES
    except UnsupportedError:  # one of them does not tell its memory
        return False


def _reaches(given: object, made: object) -> bool | None:
    """Whether a write into the result changes the source; None where nothing can be written."""
    before = values(given)
    try:
        write(made)
    except Exception:  # noqa: BLE001 - that it cannot be written is the answer
        return None
    return values(given) != before


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {reason(error)}"[:_LIBRARIES_SAY]
