"""What takes the place of a user's arrays while a function is explained, so that explaining changes none of them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from tensorlab.diagram.several import names
from tensorlab.dispatch.operands import map_of
from tensorlab.dispatch.recorder import MOST_BYTES
from tensorlab.errors import TensorlabError, UnsupportedError
from tensorlab.memory.naming import FOREIGN, reason, short_name
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.dispatch.recorder import Recorder


def stand_ins(function: Callable[..., object], things: tuple[object, ...], recorder: Recorder) -> list[object]:
    """What the function is run on, given to the recorder by the names of its parameters.

    Raises:
        UnsupportedError: An argument cannot be copied.

    >>> from tensorlab.dispatch.recorder import Recorder
    >>> stand_ins(len, ([1, 2],), Recorder())
    [[1, 2]]
    """
    blocks: tuple[dict[int, Any], dict[int, Any]] = ({}, {})
    made = []
    for name, thing in zip(_parameters(function), things, strict=False):
        try:
            stand = _stand_in(thing, name, recorder, blocks)
        except TensorlabError:
            raise
        except FOREIGN as error:
            raise UnsupportedError(f"{name} is not copied: {short_name(error)}: {reason(error)}") from error
        made.append(stand)
    return made


def _parameters(function: Callable[..., object]) -> Iterator[str]:
    """The names of the parameters, then letters."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        found = {}.values()
    plain = [p.name for p in found if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
    yield from plain
    rest = [p.name for p in found if p.kind is p.VAR_POSITIONAL]
    yield from (f"{rest[0]}[{n}]" if rest else word for n, word in enumerate(names()))


def _stand_in(
    thing: Any,  # noqa: ANN401 - whatever the user gives
    name: str,
    recorder: Recorder,
    blocks: tuple[dict[int, Any], dict[int, Any]],
) -> object:
    """An array like it, over a copy of its storage; anything else itself."""
    if type(thing) in {list, tuple}:
        return type(thing)(_stand_in(item, f"{name}[{n}]", recorder, blocks) for n, item in enumerate(thing))
    memory = map_of(thing)
    if memory is None:
        return thing
    if memory.library == "torch":
        from tensorlab.dispatch.tensor_calls import stand_in

        made, is_whole = stand_in(thing, blocks[0])
        recorder.give(made, name)
        if not is_whole:
            recorder.doubt(f"{name} is more than {Quantity(MOST_BYTES, 'B')}: it stands without elements (meta device)")
        return made
    if memory.library == "numpy":
        return _array_stand_in(thing, name, recorder, blocks[1])
    recorder.give(thing, name)
    return thing


def _array_stand_in(
    thing: Any,  # noqa: ANN401 - any array
    name: str,
    recorder: Recorder,
    blocks: dict[int, Any],
) -> object:
    from tensorlab.dispatch.array_calls import copied, read_only, tracked

    made = copied(thing, blocks, MOST_BYTES)
    if made is None:
        made = read_only(thing)
        recorder.doubt(f"{name} is more than {Quantity(MOST_BYTES, 'B')}: it is not copied, and may only be read")
    recorder.give(made, name)
    return tracked(made, recorder)
