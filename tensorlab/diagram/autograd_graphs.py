"""An autograd graph as a picture: boxes by what nodes are, clusters by module, bytes where they are kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tensorlab.diagram.graph_folds import Piece, folded, made_in
from tensorlab.quantity import Quantity, counted, listed, prefixed
from tensorlab.scene.record import Cell, Diagram, Group, Span, Text

if TYPE_CHECKING:
    from tensorlab.autograd.ledger.record import Ledger
    from tensorlab.autograd.record import Graph, Meta, Node, Role
    from tensorlab.autograd.saved.record import Owner, Saved
    from tensorlab.diagram.graph_folds import Folded
    from tensorlab.scene.record import Element

MOST = 160
"""Boxes of a picture; beyond, modules are drawn as one box each, then what is far from the loss is left out."""
MOST_OF_PAGE = 800
"""Boxes of a page, whose frames fold and which has a field to search."""
_HUES: dict[Role, int] = {"custom": 1, "copy-slices": 3, "as-strided": 3, "checkpoint": 5, "compiled": 7}
_WORDS: dict[Role, str] = {
    "custom": "custom Function",
    "copy-slices": "write to a view",
    "as-strided": "view written through another",
    "checkpoint": "checkpoint",
    "compiled": "compiled piece",
}
_OWNERS: dict[Owner, tuple[int, str]] = {"parameter": (0, "parameter"), "input": (2, "input"), "buffer": (6, "buffer")}
_NOTE_LINES = 14
_MANY = 20_000
"""Slots from which on their bytes are not counted for a picture: that takes longer than all else."""
_USUAL = frozenset({"held", "number"})
"""States of slots that need no word."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What is asked of a graph while it is drawn."""

    graph: Graph
    folds: Folded
    owners: dict[int, Owner] = field(default_factory=dict)
    """Of leaves."""
    saved: dict[int, list[Saved]] = field(default_factory=dict)


def graph_scene(graph: Graph, *, most: int | None = MOST) -> Group:
    """The picture: a sentence, the diagram, and what is special.

    Args:
        graph: What was captured.
        most: Boxes at most; None draws every node.

    >>> from array import array
    >>> from tensorlab.autograd.record import Graph
    >>> edges = array("q", [1, 0, 0, 0])
    >>> sine = Graph(names=("AccumulateGrad", "SinBackward0"), kinds=array("q", [0, 1]), edges=edges, roots=((1, 0),))
    >>> from tensorlab.render.text import text
    >>> print(text(graph_scene(sine)))
    autograd graph: 2 nodes, 1 edge
    SinBackward0
    leaf
    """
    folds = folded(graph, most=0 if most is None else most)
    drawn = _Drawn(graph, folds, {known.node: known.owner for known in graph.tensors if known.node is not None})
    parts: list[Element] = []
    if graph.slots is not None:
        parts.append(Text((Span(_kept_by(drawn)),)))
    told = _told(folds)
    if told:
        parts.append(Text((Span(told, "dim"),)))
    parts.append(_diagram(drawn))
    parts += [Text((Span(note),)) for note in graph.notes()[:_NOTE_LINES]]
    edges = len(graph.edges) // 4
    return Group(tuple(parts), title=f"autograd graph: {counted(len(graph), 'node')}, {counted(edges, 'edge')}")


def _kept_by(drawn: _Drawn) -> str:
    """What backward keeps, in a sentence; slots are put to their nodes. Of very many only the sum is told."""
    slots = drawn.graph.slots or ()
    if len(slots) > _MANY:
        return f"backward keeps {counted(len(slots), 'slot')}: graph.saved() counts their bytes"
    ledger = drawn.graph.saved()
    for slot in ledger.slots:
        drawn.saved.setdefault(slot.node, []).append(slot)
    return f"backward keeps {_totals(ledger)}"


def _totals(ledger: Ledger) -> str:
    """Bytes by their owner, each counted once."""
    sums = (
        (ledger.activations, "activations"),
        (ledger.parameters, "parameters"),
        (ledger.inputs, "inputs"),
        (ledger.buffers, "buffers"),
        (ledger.unclear, "of no known owner"),
    )
    found = [f"{Quantity(nbytes, 'B')} {word}" for nbytes, word in sums if nbytes]
    states = Counter(slot.state for slot in ledger.slots if slot.state not in _USUAL)
    found += [f"{counted(count, 'slot')} {state}" for state, count in states.items()]
    return ", ".join(found) or "nothing"


def _told(folds: Folded) -> str:
    """What is not drawn one by one."""
    kinds = Counter[str]()
    for box in folds.boxes:
        if not isinstance(box, int):
            kinds[box.kind] += box.stop - box.start
    words = {"repeat": "{} in repeats", "module": "{} in modules that are one box", "rest": "{} left out"}
    pieces = [words[kind].format(counted(kinds[kind], "node")) for kind in words if kinds[kind]]
    rest = "; .dot and .json hold every node" if kinds["rest"] or kinds["module"] else ""
    return f"folded: {listed(pieces, 3, last=' and ')}{rest}" if pieces else ""


def _diagram(drawn: _Drawn) -> Diagram:
    folds, graph = drawn.folds, drawn.graph
    shown = [*range(folds.steps - 1, -1, -1), *range(folds.steps, len(folds.boxes))]
    places = {box: place for place, box in enumerate(shown)}
    cells = [_cell(drawn, box) for box in places]
    several = {target for _, _, target, into in graph.each_edge() if into}
    edges = []
    for source, _, target, into in graph.each_edge():
        one, other = folds.box_of[source], folds.box_of[target]
        if one != other:
            words = f"output {into}" if target in several and isinstance(folds.boxes[other], int) else ""
            edges.append((places[one], places[other], words))
    clusters = tuple((name, tuple(places[box] for box in inside)) for name, inside in _clusters(drawn))
    return Diagram(tuple(cells), tuple(edges), clusters, legend=_legend(cells), heads=_heads(drawn, places))


def _heads(drawn: _Drawn, places: dict[int, int]) -> tuple[tuple[int, str], ...]:
    """Of several tensors that were given, which box each is an output of."""
    found: dict[int, list[str]] = {}
    count = len(drawn.graph.roots)
    for number, (node, _) in enumerate(drawn.graph.roots):
        found.setdefault(places[drawn.folds.box_of[node]], []).append(str(number))
    return tuple((box, f"output {listed(words, 3)} of {count}") for box, words in found.items()) if count > 1 else ()


def _cell(drawn: _Drawn, box: int) -> Cell:
    inside = drawn.folds.boxes[box]
    if isinstance(inside, Piece):
        return _piece_cell(drawn, inside, box)
    node = drawn.graph.node(inside)
    slots = drawn.saved.get(inside, [])
    note = "\n".join(_notes(node, slots))
    if box >= drawn.folds.steps:
        owner = drawn.owners.get(inside, "input")
        hue, word = _OWNERS.get(owner, (2, "input"))
        lines = [node.label or "leaf", *([_shaped(node.outputs)] if node.outputs else [])]
        return Cell(Span("\n".join(lines), "used"), f"{word}\n{note}", hue=hue)
    lines = [node.name, *filter(None, (_shaped(node.outputs), _kept(slots)))]
    if node.role in _HUES:
        return Cell(Span("\n".join(lines), "used"), f"{_WORDS[node.role]}\n{note}", hue=_HUES[node.role])
    return Cell(Span("\n".join(lines)), note)


def _shaped(outputs: tuple[Meta, ...]) -> str:
    return listed([f"{dtype} {shape}" for shape, dtype in outputs], 2)


def _kept(slots: list[Saved]) -> str:
    """What a node keeps that is no parameter, each byte counted at the first node; what cannot be seen is said."""
    states = Counter(slot.state for slot in slots if slot.state not in _USUAL)
    nbytes = sum(slot.fresh for slot in slots if slot.owner != "parameter")
    words = [f"keeps {prefixed(nbytes, 'B')}"] if nbytes else []
    return ", ".join([*words, *(f"{count} {state}" for state, count in states.items())])


def _notes(node: Node, slots: list[Saved]) -> list[str]:
    """All that is known of a node, in lines."""
    place = " ".join(filter(None, (node.module, node.line)))
    found = [f"#{node.number} {node.name}", *filter(None, (node.label, place, _shaped(node.outputs)))]
    for slot in slots[:_NOTE_LINES]:
        what = slot.memory if slot.memory is not None else slot.state
        owner = f", {slot.owner}" if slot.owner else ""
        again = ", counted before" if slot.nbytes and not slot.fresh else ""
        found.append(f"saved {slot.slot}: {what}{owner}{again}")
    return [*found, *node.notes]


def _piece_cell(drawn: _Drawn, piece: Piece, box: int) -> Cell:
    """Several nodes in one box: how many, which, and what they keep."""
    graph, nodes = drawn.graph, drawn.folds.order[piece.start : piece.stop]
    leaves = drawn.folds.leaves_of.get(box, [])
    names = Counter(graph.names[graph.kinds[node]] for node in nodes)
    slots = [slot for node in nodes for slot in drawn.saved.get(node, [])] if drawn.saved else []
    size = _kept(slots)
    owned = counted(len(leaves), "leaf").replace("leafs", "leaves") if leaves else ""
    head, detail = _headed(drawn, piece, nodes, names)
    lines = [head, *filter(None, (detail, ", ".join(filter(None, (owned, size)))))]
    told = [f"{name} x {count}" for name, count in names.most_common(_NOTE_LINES)]
    return Cell(Span("\n".join(lines), "hole"), "\n".join(told))


def _headed(drawn: _Drawn, piece: Piece, nodes: list[int], names: Counter[str]) -> tuple[str, str]:
    """The name of a box with several nodes, and what it says beneath."""
    if piece.kind == "repeat" and piece.period == 1:
        shape = _shaped(drawn.graph.node(nodes[0]).outputs)
        detail = ", ".join(filter(None, (shape, _edges_each(drawn, nodes))))
        return f"{next(iter(names))} x {piece.times:,}", detail
    if piece.kind == "repeat":
        span = _span(drawn, nodes, piece.period)
        return f"x {piece.times:,} more", f"{span}{counted(piece.period, 'node')} each"
    if piece.kind == "module":
        return piece.name, counted(len(nodes), "node")
    return f"… {len(nodes):,} more nodes", listed([f"{name} x {count:,}" for name, count in names.most_common(2)], 2)


def _edges_each(drawn: _Drawn, nodes: list[int]) -> str:
    """How many edges each node of a run has, where that is more than one."""
    last = nodes[-1]
    count = sum(source == last for source, _, _, _ in drawn.graph.each_edge())
    return f"{count} edges each" if count > 1 else ""


def _span(drawn: _Drawn, nodes: list[int], period: int) -> str:
    """Modules of the first repeat and of the last, as far as they differ: "blocks.0 … blocks.10, "."""
    first, last = (made_in(drawn.graph, nodes[place]).split(".") for place in (0, len(nodes) - period))
    for depth, (one, other) in enumerate(zip(first, last, strict=False), 1):
        if one != other:
            return f"{'.'.join(first[:depth])} … {'.'.join(last[:depth])}, "
    return ""


def _clusters(drawn: _Drawn) -> list[tuple[str, list[int]]]:
    """Calls of modules, outer ones first, with the leaves that only they use; a box alone needs none."""
    folds = drawn.folds
    steps = list(range(folds.steps))
    paths = [_path(drawn, box) for box in steps]
    found: dict[tuple[int, ...], tuple[str, list[int]]] = {}
    users = _users(drawn)
    for depth in range(1, max(map(len, paths), default=0) + 1):
        for inside, name in _runs(steps, paths, depth):
            boxes = [*inside, *(leaf for leaf, used in users.items() if used <= set(inside))]
            if len(boxes) > 1:
                found[tuple(sorted(boxes))] = (name, boxes)
    return list(found.values())


def _path(drawn: _Drawn, box: int) -> list[str]:
    """The modules that a box lies in, from the outermost; of a piece, those that all of it lies in."""
    inside = drawn.folds.boxes[box]
    if isinstance(inside, int):
        module = made_in(drawn.graph, inside)
        return module.split(".") if module else []
    nodes = drawn.folds.order[inside.start : inside.stop]
    paths = {made_in(drawn.graph, node) for node in nodes}
    parts = [path.split(".") for path in paths]
    shared = []
    for names in zip(*parts, strict=False):
        if len(set(names)) > 1 or not names[0]:
            break
        shared.append(names[0])
    return shared[:-1] if inside.kind == "module" and len(shared) == inside.name.count(".") + 1 else shared


def _runs(steps: list[int], paths: list[list[str]], depth: int) -> list[tuple[list[int], str]]:
    found: list[tuple[list[int], str]] = []
    before: list[str] = []
    for box, path in zip(steps, paths, strict=True):
        here = path[:depth]
        if len(here) == depth and here == before:
            found[-1][0].append(box)
        elif len(here) == depth:
            found.append(([box], ".".join(here)))
        before = here if len(here) == depth else []
    return found


def _users(drawn: _Drawn) -> dict[int, set[int]]:
    """Of each box of a leaf, the boxes that lead to it."""
    folds = drawn.folds
    found: dict[int, set[int]] = {}
    for source, _, target, _ in drawn.graph.each_edge():
        box = folds.box_of[target]
        if box >= folds.steps:
            found.setdefault(box, set()).add(folds.box_of[source])
    return found


def _legend(cells: list[Cell]) -> tuple[Cell, ...]:
    """Keys for the colours that occur."""
    words = dict(_OWNERS.values()) | {hue: _WORDS[role] for role, hue in _HUES.items()}
    words[3] = "write to a view"
    used = sorted({cell.hue for cell in cells if cell.hue is not None})
    keys = [Cell(Span(words[hue], "used"), hue=hue) for hue in used]
    if any(cell.span.role == "hole" for cell in cells):
        keys.append(Cell(Span("several nodes", "hole")))
    return (Cell(Span("operation")), *keys) if keys else ()
