"""What calls did to memory: a sentence and its reason for each, then every storage under all views of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.diagram.memory import situated
from tensorlab.diagram.several import object_scene, runs_of
from tensorlab.diagram.strips import in_step
from tensorlab.quantity import counted, listed
from tensorlab.scene.record import HUES, Group, Span, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.diagram.memory import Shown
    from tensorlab.diagram.strips import Run
    from tensorlab.dispatch.record import ExplainedCall, Explanation, Verdict
    from tensorlab.layout.record import Layout
    from tensorlab.memory.record import MemoryMap
    from tensorlab.scene.record import Element, Role

MOST_ARRAYS = 16
"""That are drawn."""
_MOST_STEPS = 60
"""Whose sentences are written."""
_ROLES: dict[Verdict, Role] = {
    "VIEW": "good",
    "SAME": "good",
    "NEW": "strong",
    "WRITE": "strong",
    "COPY": "bad",
    "REFUSED": "bad",
}


class Drawn(NamedTuple):
    """An array that is drawn, and where it came from."""

    name: str
    memory: MemoryMap
    step: int | None = None
    """The call that gave it, or read it in this way; None for one that was there before."""


def arrays_of(explanation: Explanation) -> list[Drawn]:
    """What there is to draw, in order: what was given, what each call gave, and arguments as they were broadcast."""
    found: dict[str, Drawn] = {}
    for name, memory in explanation.given:
        found.setdefault(name, Drawn(name, memory))
    for number, step in enumerate(explanation.steps, 1):
        maps = dict(step.reads)
        for name, memory in step.reads:
            found.setdefault(name, Drawn(name, memory, number))
        for name, view in step.stretched:
            own = name.removesuffix(" written")
            memory = maps[own]
            if memory.layout != view.layout:
                word = name if name != own else f"{own} read"
                found.setdefault(f"{word} {number}", Drawn(word, _seen_as(memory, view.layout), number))
        for name, memory in step.gave:
            found.setdefault(name, Drawn(name, memory, number))
    return [one for one in found.values() if one.memory.layout is not None or one.memory.parts]


def _seen_as(memory: MemoryMap, layout: Layout) -> MemoryMap:
    return replace(memory, shape=layout.shape, layout=layout)


def explanation_scene(explanation: Explanation, shown: Sequence[tuple[Drawn, Shown]], hidden: int = 0) -> Group:
    """The sentences, then the pictures of these arrays; ``hidden`` more are not drawn."""
    children: list[Element] = [_step(n, step) for n, step in enumerate(explanation.steps[:_MOST_STEPS], 1)]
    more = len(explanation.steps) - _MOST_STEPS
    if more > 0:
        children.append(Text((Span(f"… {counted(more, 'more call')}", "dim"),)))
    if explanation.doubts:
        children.append(Group(tuple(Text((Span(words, "unknown"),)) for words in explanation.doubts)))
    children += _pictures(explanation, shown)
    if hidden:
        children.append(Text((Span(f"… {counted(hidden, 'more array')} not drawn", "dim"),)))
    return Group(tuple(children), title=explanation.summary)


def _step(number: int, step: ExplainedCall) -> Group:
    verdict = Text((Span(f"{step.verdict}:", _ROLES[step.verdict]), Span(f" {step.reason}")))
    notes = (Text((Span(note, "dim"),)) for note in step.notes)
    return Group((verdict, *notes), title=f"#{number} {step.text}")


def _pictures(explanation: Explanation, shown: Sequence[tuple[Drawn, Shown]]) -> list[Element]:
    """A group for each storage: its strips in step, then the arrays in it."""
    hues = [n % HUES for n in range(len(shown))]
    placed = situated([view for _, view in shown], hues)
    objects = [(drawn.name, view) for (drawn, _), view in zip(shown, placed, strict=True)]
    runs = {run.space: run for run in runs_of(objects) if run.nbytes and run.views}
    children: list[Element] = []
    done: set[int] = set()
    for space, run in runs.items():
        members = [n for n, (_, view) in enumerate(objects) if view.spot.space == space]
        done |= set(members)
        scenes = [object_scene(*objects[n]) for n in members]
        title = _storage_title(run, [shown[n][0] for n in members], explanation)
        children.append(Group((in_step(run), *scenes), title=title))
    children += [object_scene(*one) for n, one in enumerate(objects) if n not in done]
    return children


def _storage_title(run: Run, members: Sequence[Drawn], explanation: Explanation) -> str:
    """Whose storage it is: of an argument, or of the call that made it."""
    own = [drawn for drawn in members if drawn.step is None]
    if own:
        return f"{run.space}: of {listed([drawn.name for drawn in own], 3)}"
    if not members:  # components alone lie in it
        return run.space
    number = min(drawn.step or 0 for drawn in members)
    step = explanation.steps[number - 1]
    made = {name for name, _ in step.gave} & {drawn.name for drawn in members}
    words = {"COPY": "begins where #{} copies", "NEW": "begins with #{}"}.get(step.verdict, "")
    if not made or not words:
        return f"{run.space}: of {members[0].name}"
    return f"{run.space}: {words.format(number)}"
