"""Models that torchvision builds as tables; one of them module by module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.quantity import counted
from tensorlab.scene.record import Cell, Group, Span, Table, Text

if TYPE_CHECKING:
    from tensorlab.models.record import ModelTrace, ModuleCall, PublishedWeights, Zoo, ZooModel
    from tensorlab.scene.record import Role

BY = "\N{MULTIPLICATION SIGN}"
SHOWN = 2
"""Shapes of what comes out of a module at once."""
HEAD = ("function, weights", "parameters", "GFLOPs", "MiB", "accuracy")
NOTES = (
    "a class is what a model is; a function builds one, of the sizes that its name says: alexnet() gives an AlexNet",
    'GFLOPs: as torchvision counts them, a multiply-add once; MiB: the file; *: what weights="DEFAULT" means',
)


def zoo_scene(zoo: Zoo) -> Group:
    """The picture of models: a table for each class, a row for each function, below it one for each of its weights.

    >>> from tensorlab.models.record import Zoo
    >>> zoo_scene(Zoo("0.28", "", ())).title
    '0 models of torchvision 0.28'
    """
    classes: dict[tuple[str, str], list[ZooModel]] = {}
    for model in zoo.models:
        classes.setdefault((model.builds, model.task), []).append(model)
    tables = [_class(builds, task, models) for (builds, task), models in classes.items()]
    notes = [Text((Span(note, "dim"),)) for note in NOTES]
    told = f", of names with {zoo.pattern}" if zoo.pattern else ""
    title = f"{counted(len(zoo.models), 'model')} of torchvision {zoo.version}{told}"
    return Group((*tables, *notes), title=title)


def _class(builds: str, task: str, models: list[ZooModel]) -> Group:
    home, _, name = builds.rpartition(".")
    rows = [row for model in models for row in _rows(model)]
    return Group((Table(HEAD, tuple(rows)),), title=f"class {name} of {home}: {task}")


def _rows(model: ZooModel) -> list[tuple[Cell, ...]]:
    function = model.function.rpartition(".")[2]
    told = f"{function}()" if function == model.name else f"{function}(), called {model.name}"
    return [
        (_left(told, "strong"), *(_left("") for _ in HEAD[1:])),
        *map(_weights, model.weights),
    ]


def _weights(one: PublishedWeights) -> tuple[Cell, ...]:
    metric = f"{one.metrics[0][2]:g} {one.metrics[0][1]} {one.metrics[0][0]}" if one.metrics else "-"
    return (
        _left(f"  {one.name}{'*' if one.default else ''}"),
        _right(f"{one.parameters:,}"),
        _right(f"{one.gflops:.3g}"),
        _right(f"{one.megabytes:,.0f}" if one.megabytes >= 10 else f"{one.megabytes:.1f}"),
        _left(metric),
    )


def trace_scene(trace: ModelTrace) -> Group:
    """The picture of a model: a row for each module in the order of the pass, then what was not called."""
    called = [one for one in trace.modules if one.calls]
    others = [one for one in trace.modules if not one.calls]
    head = ("module", "class", "output", "calls", "parameters")
    parts: list[Group | Table | Text] = [_line(f"given {', '.join(map(_shape, trace.inputs))}", "dim")]
    parts += [Table(head, tuple(map(_module, called)))] if called else []
    if trace.stopped:
        parts.append(_line(f"the pass stopped, since it was made without numbers: {trace.stopped}", "bad"))
    if others:
        parts.append(Group((Table(head, tuple(map(_module, others))),), title="not called in this pass"))
    parts += [_line(note, "plain") for note in _totals(trace)]
    function = trace.model.function
    return Group(tuple(parts), title=f"{trace.model.name}: {function}() builds {trace.model.builds}")


def _totals(trace: ModelTrace) -> list[str]:
    lines = [f"{trace.parameters:,} parameters in {counted(len(trace.modules), 'module')}"]
    told = sorted({one.parameters for one in trace.model.weights} - {trace.parameters})
    if told:
        numbers = ", ".join(f"{one:,}" for one in told)
        lines.append(f"published weights are of {numbers}: the function builds other parts where it is given them")
    return lines


def _module(one: ModuleCall) -> tuple[Cell, ...]:
    told = [f"{key}: {_shape(shape)}" if key else _shape(shape) for key, shape in one.outputs]
    more = [f"and {len(told) - SHOWN} more"] if len(told) > SHOWN else []
    return (
        _left(one.name or "(itself)"),
        _left(one.kind),
        _left(", ".join([*told[:SHOWN], *more]) or "-"),
        _right(f"{one.calls:,}" if one.calls else "-"),
        _right(f"{one.parameters:,}" if one.parameters else "-"),
    )


def _shape(shape: tuple[int, ...]) -> str:
    return BY.join(map(str, shape)) or "a number"


def _line(words: str, role: Role) -> Text:
    return Text((Span(words, role),))


def _left(word: str, role: Role = "plain") -> Cell:
    return Cell(Span(word, role))


def _right(word: str) -> Cell:
    return Cell(Span(word), right=True)
