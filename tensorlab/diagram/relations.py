"""Who shares bytes with whom, in a sentence a pair, and who lies apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.layout.covered import covered
from tensorlab.layout.record import Answer
from tensorlab.memory.grouping.extents import covered_together
from tensorlab.quantity import Quantity, counted, listed
from tensorlab.scene.record import Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tensorlab.diagram.strips import View
    from tensorlab.memory.sharing.record import Sharing

MOST_PAIRS = 12
"""Of which a sentence is said."""
MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Member:
    """One object: its name, where its elements lie, and in which storages it and its components do."""

    name: str
    view: View | None
    """None where its elements have no layout."""
    spaces: frozenset[str]
    """Names of the storages that have bytes; none where it has no byte."""


def relations(
    members: Sequence[Member],
    answers: Sequence[Sharing],
    unchecked: int = 0,
    common: Sequence[tuple[str, str, int]] = (),
) -> list[Text]:
    """A sentence on each pair that shares bytes, then those that may, or lie in one storage; then who lies apart.

    Last comes who points at the same objects: their own bytes are apart all the same.

    Args:
        members: The objects.
        answers: On pairs of them, by their names.
        unchecked: Pairs on which there is no answer.
        common: Two that point at the same objects, by their names, and at how many.
    """
    by_name = {member.name: member for member in members}
    said = [(answer, _pair(by_name[answer.names[0]], by_name[answer.names[1]], answer)) for answer in answers]
    order = (Answer.YES, Answer.UNKNOWN, Answer.NO)
    lines = [line for kind in order for answer, line in said if line is not None and answer.answer is kind]
    shown = lines[:MOST_PAIRS]
    hidden = len(lines) - len(shown) + unchecked
    if hidden:
        shown.append(Text((Span(f"… {counted(hidden, 'more pair')} not told", "dim"),)))
    met = {name for answer, line in said if line is not None for name in answer.names}
    apart = _apart([member for member in members if member.name not in met])
    return [*shown, *apart, *_common(common)]


def _common(found: Sequence[tuple[str, str, int]]) -> Iterator[Text]:
    for one, other, count in found[:MOST_PAIRS]:
        yield Text((Span(f"{one} and {other}", "strong"), Span(f" point at {counted(count, 'common object')}")))
    if len(found) > MOST_PAIRS:
        more = counted(len(found) - MOST_PAIRS, "more pair")
        yield Text((Span(f"… {more} that point at common objects not told", "dim"),))


def _pair(first: Member, second: Member, answer: Sharing) -> Text | None:
    names = f"{first.name} and {second.name}"
    if answer.answer is Answer.UNKNOWN:
        return Text((Span(f"{names}: not known whether they share a byte: {answer.reason}", "unknown"),))
    shared = _shared(first, second)
    if shared is not None:
        return Text((Span(names, "strong"), Span(f" {shared}")))
    if answer.elements is not None:
        words = " and ".join(answer.elements)
        return Text((Span(names, "strong"), Span(f" share bytes: {words} are the same {answer.reason}")))
    both = sorted(first.spaces & second.spaces)
    return Text((Span(names, "strong"), Span(f" share no byte of {' and '.join(both)}"))) if both else None


def _shared(first: Member, second: Member) -> str | None:
    """How many bytes both cover, where that is known exactly and is not zero."""
    if first.view is None or second.view is None or first.view.spot.space != second.view.spot.space:
        return None
    layouts = [(view.spot.shift, view.layout) for view in (first.view, second.view)]
    one, other = (covered(layout) for _, layout in layouts)
    union = covered_together(layouts)
    if not (one.exact and other.exact and union.exact):
        return None
    count = one.nbytes + other.nbytes - union.nbytes
    if not count:
        return None
    whole = [member.name for member, part in ((first, one), (second, other)) if part.nbytes == count]
    end = {0: "", 1: f": all of {''.join(whole)}", 2: ": all of both"}[len(whole)]
    return f"share {Quantity(count, 'B')}{end}"


def _apart(members: Sequence[Member]) -> Iterator[Text]:
    """Those of which no sentence was said."""
    away = [member.name for member in members if member.spaces]
    bare = [member.name for member in members if not member.spaces]
    if away:
        rest = " lies apart in a storage of its own" if len(away) == 1 else " lie apart, each in a storage of its own"
        yield Text((Span(listed(away, MOST_NAMES, last=" and "), "strong"), Span(rest)))
    if bare:
        rest = " has no byte to share" if len(bare) == 1 else " have no byte to share"
        yield Text((Span(listed(bare, MOST_NAMES, last=" and "), "strong"), Span(rest)))
