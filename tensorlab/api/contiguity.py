"""Which memory format an object is in, without the lies of free strides and ambiguous shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.diagram.contiguity import contiguity_scene
from tensorlab.errors import UnsupportedError
from tensorlab.layout.memory_format import contiguity
from tensorlab.layout.record import Layout
from tensorlab.layout.reports.record import Contiguity
from tensorlab.memory.record import MemoryMap
from tensorlab.memory.registry import describe
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator


def explain_contiguity(thing: object) -> Figure:
    """Which memory formats an object is in, which strides are free, and the first stride that breaks each other.

    An axis of size 1 may have any stride, so that the strides alone do not tell; several formats may hold at once, and
    then torch's rule decides which one an operation answers in. No element is read.

    Args:
        thing: A tensor, an array, a buffer, anything that ``describe`` takes; a ``Layout``; a ``MemoryMap``.

    Returns:
        A ``Figure`` of a ``Contiguity``; its ``str`` is the sentence.

    Raises:
        UnsupportedError: It has no strides, nor components that have some.

    >>> import torch, tensorlab
    >>> tensorlab.explain_contiguity(torch.empty(4, 1, 6).transpose(0, 1).contiguous())
    torch.Tensor (1, 4, 6), strides (6, 6, 1)
    contiguous; stride[0]=6 is free because size is 1 (canonical 24)
    <BLANKLINE>
    format      in it  first stride that breaks it  needs
    contiguous  yes
    F order     no     stride[1]=6                      1
    <BLANKLINE>
    suggested memory format     contiguous
    .contiguous()               returns itself
    strides that clone() keeps  (6, 6, 1)
    """
    if type(thing) is Layout:
        found = contiguity(thing, "Layout")
    else:
        memory = thing if type(thing) is MemoryMap else describe(thing)
        found = _of(memory)
    return Figure(found, contiguity_scene(found))


def _of(memory: MemoryMap) -> Contiguity:
    if memory.library == "python":
        raise UnsupportedError(
            f"a {memory.type} has no elements side by side: they are boxed, and it holds their addresses",
            hint="give an array or a tensor: numpy.asarray(...) or torch.tensor(...) of it",
        )
    if memory.layout is not None:
        return contiguity(memory.layout, memory.type)
    words = "; ".join(doubt.text for doubt in memory.doubts) or f"a {memory.type} has no strides"
    parts = tuple((name, contiguity(part.layout, part.type)) for name, part in _strided(memory) if part.layout)
    if not parts:
        raise UnsupportedError(f"nothing to explain: {words}", hint="give a strided tensor or array, or a Layout")
    return Contiguity(type=memory.type, layout=None, parts=parts, doubt=words)


def _strided(memory: MemoryMap, name: str = "") -> Iterator[tuple[str, MemoryMap]]:
    """The components with strides, by their dotted names."""
    for part, inner in memory.parts:
        path = f"{name}.{part}" if name else part
        if inner.layout is not None:
            yield path, inner
        yield from _strided(inner, path)
