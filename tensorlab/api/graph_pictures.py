"""Graphs as pictures and as files, and two of them side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tensorlab.errors import ExpressionError, StoreError, UnavailableError
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from os import PathLike

    from tensorlab.autograd.difference.record import Difference
    from tensorlab.autograd.record import Graph
    from tensorlab.scene.record import Diagram, Group


def graph_figure(graph: Graph) -> Figure:
    """The picture of a graph: what repeats is one box with a count.

    >>> import torch, tensorlab
    >>> x = torch.ones(2, requires_grad=True)
    >>> print(graph_figure(tensorlab.graph((x * 2).sum())).text().splitlines()[0])
    autograd graph: 3 nodes, 2 edges
    """
    from tensorlab.codec import encode
    from tensorlab.diagram.autograd_graphs import MOST_OF_PAGE, graph_scene

    formats = {
        ".dot": lambda: graph_dot(graph),
        ".mmd": lambda: graph_mermaid(graph),
        ".json": lambda: f"{json.dumps(encode(graph))}\n",
    }
    return Figure(graph, graph_scene(graph), lambda: graph_scene(graph, most=MOST_OF_PAGE), formats)


def save_graph(graph: Graph, path: str | PathLike[str]) -> Path:
    """Write a graph to a file: ``.svg``, ``.html``, ``.txt``, ``.png`` as a picture; ``.dot``, ``.mmd``, ``.json``.

    DOT holds every node and every edge. Mermaid does as long as it draws that many; then what repeats is folded. JSON
    is the graph itself, which ``read_graph`` reads.

    Raises:
        UnknownNameError: The suffix is none of these.
        UnavailableError: A picture of boxes, without ``pip install "tensorlab-toolkit[graph]"``.
        StoreError: The file cannot be written.

    >>> import tempfile, torch, tensorlab
    >>> x = torch.ones(2, requires_grad=True)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_graph(tensorlab.graph(x.sum()), f"{folder}/sum.dot").read_text().count("->")
    1
    """
    return graph_figure(graph).save(path)


def graph_dot(graph: Graph) -> str:
    """The whole graph in DOT, the language of graphviz.

    >>> import torch, tensorlab
    >>> x = torch.ones(2, requires_grad=True)
    >>> graph_dot(tensorlab.graph((x + x).sum())).count(" -> ")
    3
    """
    from tensorlab.diagram.autograd_graphs import graph_scene
    from tensorlab.render.dot import dot

    return dot(_diagram(graph_scene(graph, most=None)))


def graph_mermaid(graph: Graph) -> str:
    """The graph as a flowchart in Mermaid; folded where it has more arrows than Mermaid draws.

    >>> import torch, tensorlab
    >>> x = torch.ones(2, requires_grad=True)
    >>> graph_mermaid(tensorlab.graph((x + x).sum())).count("-->")
    3
    """
    from tensorlab.diagram.autograd_graphs import MOST, graph_scene
    from tensorlab.render.mermaid import MOST_EDGES, mermaid

    is_small = len(graph.edges) // 4 <= MOST_EDGES
    return mermaid(_diagram(graph_scene(graph, most=None if is_small else MOST)))


def _diagram(scene: Group) -> Diagram:
    from tensorlab.scene.record import Diagram

    return next(child for child in scene.children if isinstance(child, Diagram))


def read_graph(path: str | PathLike[str]) -> Graph:
    """A graph from the JSON that it was saved as.

    Raises:
        UnavailableError: There is no such file.
        StoreError: It holds something else.

    >>> read_graph("no-such-graph.json")
    Traceback (most recent call last):
    tensorlab.errors.UnavailableError: there is no file 'no-such-graph.json'
    hint: tensorlab autograd graph TARGET -o no-such-graph.json makes one
    """
    from tensorlab.autograd.record import Graph
    from tensorlab.codec import decode

    name = str(path)
    hint = "tensorlab autograd graph TARGET -o graph.json makes one"
    if not Path(path).is_file():
        raise UnavailableError(
            f"there is no file {name!r}", hint=f"tensorlab autograd graph TARGET -o {name} makes one"
        )
    try:
        data = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise StoreError(f"{name!r} holds no graph: it is no JSON that can be read", hint=hint) from error
    try:
        return decode(Graph, data)
    except StoreError as error:
        raise StoreError(f"{name!r} holds no graph: {error.message}", hint=hint) from error


def graph_difference(
    before: str | PathLike[str], after: str | PathLike[str], *, max_saved_bytes: int | None = None
) -> Difference:
    """What the graph in the second file has that the first has not: nodes, leaves that are reached, saved bytes.

    Args:
        before: A file that ``save_graph`` wrote as JSON.
        after: Another.
        max_saved_bytes: What the second may keep for backward, each byte counted once: activations, inputs, parameters.

    Raises:
        UnavailableError: There is no such file.
        StoreError: A file holds something else.
        ExpressionError: The limit is below 0.

    >>> graph_difference("a.json", "b.json", max_saved_bytes=-1)
    Traceback (most recent call last):
    tensorlab.errors.ExpressionError: a limit is a number of bytes, 0 or more; got -1
    """
    from tensorlab.autograd.difference.aligning import difference

    if max_saved_bytes is not None and max_saved_bytes < 0:
        raise ExpressionError(f"a limit is a number of bytes, 0 or more; got {max_saved_bytes}")
    return difference(read_graph(before), read_graph(after), limit=max_saved_bytes)
