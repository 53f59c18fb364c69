"""What a call came to, from what it was given, what it gave and what was predicted: the verdict and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tensorlab.dispatch.operands import in_one_storage, new_bytes, view_of
from tensorlab.dispatch.prediction import agrees
from tensorlab.dispatch.reasons import COPIES, SLICED, index_words, is_gathering, is_whole, stem, written_words
from tensorlab.dispatch.record import ExplainedCall
from tensorlab.dispatch.stretching import stretched, written_part
from tensorlab.layout.shapes import nbytes, numel
from tensorlab.quantity import Quantity, listed
from tensorlab.views.record import CopyNeeded, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tensorlab.dispatch.changes import Change
    from tensorlab.dispatch.operands import Operand
    from tensorlab.dispatch.record import Verdict
    from tensorlab.memory.record import MemoryMap
    from tensorlab.views.record import Outcome, View


class Asked(NamedTuple):
    """A call before it is run."""

    name: str
    """In its library's words; "getitem", "setitem" for square brackets, "iadd" for ``+=``."""
    text: str
    args: tuple[object, ...]
    keywords: Mapping[str, object]
    operands: tuple[Operand, ...]
    outcomes: tuple[Outcome, ...] = ()
    """What is predicted."""


class Given(NamedTuple):
    """An array that a call gave."""

    name: str
    thing: object
    memory: MemoryMap


def judged(asked: Asked, gave: Sequence[Given], written: Sequence[Change]) -> ExplainedCall:
    """The record of a call that was run; ``written`` are the arguments that were changed by it."""
    if written:
        return _write(asked, gave, written)
    given_back = [one for one in gave if any(one.thing is operand.thing for operand in asked.operands)]
    if gave and len(given_back) == len(gave):
        return _same(asked, gave)
    homes = [operand.name for operand in asked.operands if any(in_one_storage(operand.memory, g.memory) for g in gave)]
    return _view(asked, gave, homes) if homes else _made(asked, gave)


def refused(asked: Asked, error: str, message: str) -> ExplainedCall:
    """The record of a call that raised: what its library said."""
    said = (message.strip().splitlines() or ["no message"])[0]
    notes = tuple(words for words in _why_refused(asked) if words not in said)
    return _told(asked, _Found("REFUSED", f"{error}: {said}", notes=notes))


def _why_refused(asked: Asked) -> Iterator[str]:
    """In our words: which axes are in the way, of a view that a copy would give."""
    yield from (outcome.message for outcome in asked.outcomes if isinstance(outcome, Refused))


def foreseen(asked: Asked, why: str) -> ExplainedCall:
    """The record of a call that was not run, from what is predicted alone."""
    outcome = asked.outcomes[0] if len(asked.outcomes) == 1 else None
    if isinstance(outcome, CopyNeeded):
        notes = (f"a copy of {Quantity(outcome.nbytes, 'B')}", why)
        return _told(asked, _Found("COPY", outcome.reason, (), outcome.nbytes, notes), run=False)
    reason = f"{stem(asked.name)} gives other elements, in new memory"
    return _told(asked, _Found("NEW", reason, (), None, (why,)), run=False)


def _write(asked: Asked, gave: Sequence[Given], written: Sequence[Change]) -> ExplainedCall:
    maps, target = [one.memory for one in written], written[0].operand
    fresh = [one.memory for one in gave if not any(in_one_storage(one.memory, memory) for memory in maps)]
    part = written_part(asked.name, asked.args, target)
    pieces = stretched(asked.name, asked.operands, maps)
    pieces = (*((f"{target.name} written", view) for view in ([] if part is None else [part])), *pieces)
    reason = _moved(written[0]) if written[0].is_moved else f"writes in place {_which(asked, written, part)}"
    reason = reason if fresh else f"{reason}; no new memory"
    return _told(asked, _Found("WRITE", reason, gave, new_bytes(fresh), _stretch_notes(pieces), pieces))


def _moved(change: Change) -> str:
    """What became of an array whose layout, or whose memory, is another now."""
    name, now = change.operand.name, view_of(change.memory)
    words = "another layout" if now is None else str(now).removeprefix("VIEW: ")
    if change.operand.memory.storage == change.memory.storage:
        return f"gives {name} itself {words}; no element is written"
    return f"gives {name} itself other memory, of {words}"


def _which(asked: Asked, written: Sequence[Change], part: View | None) -> str:
    """Which elements are written, as far as that is known."""
    names = listed([one.operand.name for one in written], 3, last=" and ")
    index = asked.args[1] if len(asked.args) > 1 else None
    if stem(asked.name) == "setitem" and is_gathering(index):
        return f"{written_words(index)}, in the storage of {names}"
    if part is not None:
        return f"{_amount(part)} of {names}"
    sizes = [numel(one.memory.layout.shape) if one.memory.layout else None for one in written]
    counts = [one.changed for one in written]
    if is_whole(asked.name, asked.keywords) or (None not in counts and counts == sizes):
        return f"{_amount(view_of(written[0].memory), 'all ')} of {names}" if len(written) == 1 else f"all of {names}"
    told = f": {counts[0]} of {sizes[0]} changed" if len(written) == 1 and counts[0] is not None else ""
    return f"elements of {names}{told}"


def _amount(view: View | None, every: str = "") -> str:
    if view is None:
        return "the elements"
    count = numel(view.layout.shape)
    return f"{every if count > 1 else ''}{Quantity(count, 'elements')}, {Quantity(nbytes(view.layout), 'B')},"


def _same(asked: Asked, gave: Sequence[Given]) -> ExplainedCall:
    names = listed([one.name for one in gave], 3, last=" and ")
    return _told(asked, _Found("SAME", f"gives {names} itself: there was nothing to do, and no memory is new", gave))


def _view(asked: Asked, gave: Sequence[Given], homes: Sequence[str]) -> ExplainedCall:
    first = view_of(gave[0].memory)
    words = str(first).removeprefix("VIEW: ") if first is not None else "its elements lie where they were"
    if len(gave) > 1:
        words = f"{len(gave)} of them; the first has {words}"
    return _told(asked, _Found("VIEW", words, gave, 0, (f"in the storage of {homes[0]}: no element is copied",)))


def _made(asked: Asked, gave: Sequence[Given]) -> ExplainedCall:
    maps = [one.memory for one in gave]
    cost = new_bytes(maps) if gave else None
    pieces = stretched(asked.name, asked.operands, maps)
    why = copied_because(asked, maps)
    if why is not None:
        size = "" if cost is None else f"a copy of {Quantity(cost, 'B')}, in a storage of its own"
        return _told(asked, _Found("COPY", why, gave, cost, (size,) if size else ()))
    size = "memory" if cost is None else f"{Quantity(cost, 'B')} of memory"
    made = f"{size} of its own" if not asked.operands else f"other elements than before, in {size} of their own"
    return _told(asked, _Found("NEW", made, gave, cost, _stretch_notes(pieces), pieces))


def copied_because(asked: Asked, made: Sequence[MemoryMap]) -> str | None:
    """Why the elements of an argument are in new memory; None where others are there."""
    copies = [outcome for outcome in asked.outcomes if isinstance(outcome, CopyNeeded)]
    name = stem(asked.name)
    if name == "getitem":
        index = asked.args[1] if len(asked.args) > 1 else None
        if is_gathering(index):
            return index_words(index)
        if asked.operands and asked.operands[0].memory.type in SLICED:
            return SLICED[asked.operands[0].memory.type]
    if copies and not (copies[0].cause == "always" and name in COPIES):
        return copies[0].reason
    if not asked.operands and name not in {"tensor", "array"}:
        return None
    found = COPIES.get(name)
    if found is not None:
        return found.format(name=name)
    return "its elements are in new memory" if asked.outcomes and made else None


def _stretch_notes(pieces: Sequence[tuple[str, View]]) -> tuple[str, ...]:
    notes = []
    for name, view in pieces:
        sizes = zip(view.layout.shape, view.layout.strides, strict=True)
        repeated = [str(n) for n, (size, step) in enumerate(sizes) if step == 0 and size > 1]
        if repeated and not name.endswith(" written"):
            axes = f"{'axis' if len(repeated) == 1 else 'axes'} {listed(repeated, 6, last=' and ')}"
            numbers = str(view).removeprefix("VIEW: ").partition(" and offset")[0]
            notes.append(f"{name} is read as {numbers}: stride 0 repeats it along {axes}, nothing is copied")
    return tuple(notes)


class _Found(NamedTuple):
    """A verdict, and what goes with it."""

    verdict: Verdict
    reason: str
    gave: Sequence[Given] = ()
    cost: int | None = 0
    notes: tuple[str, ...] = ()
    pieces: tuple[tuple[str, View], ...] = ()


def _told(asked: Asked, found: _Found, *, run: bool = True) -> ExplainedCall:
    maps = [one.memory for one in found.gave]
    fits, notes = None, found.notes
    if run and found.verdict not in {"REFUSED", "WRITE"}:
        fits = agrees(asked.outcomes, maps, fresh=found.verdict in {"COPY", "NEW"})
        if fits is False:
            notes = (*notes, f"predicted {asked.outcomes[0]}; that is not what happened")
        elif fits is None and found.verdict in {"VIEW", "COPY"} and not _is_known(asked):
            notes = (*notes, "observed, not predicted")
    return ExplainedCall(
        name=asked.name,
        text=asked.text,
        verdict=found.verdict,
        reason=found.reason,
        nbytes=found.cost,
        reads=tuple((operand.name, operand.memory) for operand in asked.operands),
        gave=tuple((one.name, one.memory) for one in found.gave),
        predicted=asked.outcomes,
        agrees=fits,
        stretched=found.pieces,
        notes=notes,
    )


def _is_known(asked: Asked) -> bool:
    """Whether its copy is a rule of its own, so that nothing had to be predicted."""
    return stem(asked.name) in COPIES or stem(asked.name) == "getitem"
