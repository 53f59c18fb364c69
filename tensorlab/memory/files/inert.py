"""An interpreter of pickles that does nothing: it follows the opcodes and keeps what they say as nodes."""

from __future__ import annotations

import pickletools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tensorlab.errors import StoreError
from tensorlab.memory.files.machine import Machine
from tensorlab.memory.files.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tensorlab.memory.files.nodes import Value

MOST_BYTES = 64 * 2**20
"""Of a pickle that is followed."""
MOST_OPCODES = 2_000_000
MOST_NODES = 500_000
"""Containers, calls and references of a pickle that is followed: each costs some hundred bytes here, and one there."""
_MAKING = frozenset(
    """PERSID BINPERSID EMPTY_LIST EMPTY_DICT EMPTY_SET TUPLE TUPLE1 TUPLE2 TUPLE3 LIST FROZENSET DICT REDUCE NEWOBJ
    NEWOBJ_EX INST OBJ""".split()  # noqa: SIM905 - words read best as words
)
"""Opcodes that make a node of their own each time."""
_PUSHED = frozenset(
    """INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT NONE NEWTRUE NEWFALSE STRING BINSTRING
    SHORT_BINSTRING UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8
    BYTEARRAY8""".split()  # noqa: SIM905 - words read best as words
)
"""Opcodes that push a number, a word or bytes."""
_FIXED: dict[str, Value] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_NOTHING_IN_IT = Node("tuple")


@dataclass(frozen=True, slots=True)
class Said:
    """What a pickle says."""

    root: Value
    names: tuple[str, ...]
    """Every class and function that it names, in order, each once."""
    called: frozenset[str]
    """Those of them that it would call."""
    astray: frozenset[str] = frozenset()
    """Those of them that lead out of the module that they are asked of."""


def operations(data: bytes) -> Iterator[tuple[str, Value, int]]:
    r"""Name, argument and position of each opcode.

    Raises:
        StoreError: The pickle is damaged, or has more opcodes than are followed.

    >>> list(operations(b"K\x05."))
    [('BININT1', 5, 0), ('STOP', None, 2)]
    """
    if len(data) > MOST_BYTES:
        raise StoreError(f"its pickle of {len(data):,} B is longer than is followed: {MOST_BYTES:,} B")
    codes = pickletools.genops(data)
    for count in range(MOST_OPCODES + 1):
        try:
            code, argument, position = next(codes)
        except StopIteration:
            return
        except Exception as error:
            words = (str(error).splitlines() or [type(error).__name__])[0][:200]
            raise StoreError(f"its pickle is damaged: {words}") from error
        if count == MOST_OPCODES:
            raise StoreError(f"its pickle has more than {MOST_OPCODES:,} opcodes, and is not followed further")
        yield code.name, argument, position or 0


def interpret(data: bytes) -> Said:
    r"""What the pickle says.

    Raises:
        StoreError: It is damaged, has too many opcodes or containers, or opcodes that no file of tensors has.

    >>> interpret(b"cos\nsystem\n(Vls\ntR.").called
    frozenset({'os.system'})
    """
    machine = Machine()
    ended = False
    made = 0
    try:
        for name, argument, place in operations(data):
            ended = name == "STOP"
            made += name in _MAKING
            _require_few(made)
            if name in _PUSHED:
                machine.push(_FIXED.get(name, argument), place)
            elif not ended:
                _work(name)(machine, argument, place)
    except (IndexError, KeyError, AttributeError, TypeError) as error:
        raise StoreError("its pickle is damaged: an opcode finds something else than it needs") from error
    if not ended or machine.marks or len(machine.stack) != 1:
        raise StoreError("its pickle is damaged: it does not end with one object")
    return Said(machine.stack[0], tuple(machine.names), frozenset(machine.called), frozenset(machine.astray))


def _require_few(made: int) -> None:
    if made > MOST_NODES:
        raise StoreError(f"its pickle makes more than {MOST_NODES:,} containers and calls, and is not followed further")


def _work(name: str) -> Callable[[Machine, Value, int], None]:
    work = _WORK.get(name)
    if work is None:
        raise StoreError(f"its pickle has the opcode {name}, which no file of tensors has")
    return work


def _tuple(count: int) -> Callable[[Machine, Value, int], None]:
    def work(machine: Machine, _: Value, place: int) -> None:
        at = len(machine.stack) - count
        if at < (machine.marks[-1] if machine.marks else 0):
            raise IndexError
        node = Node("tuple")
        node.values = machine.stack[at:]
        del machine.stack[at:], machine.places[at:]
        machine.push(node, place)

    return work


def _from_mark(machine: Machine, node: Node, place: int) -> None:
    node.values, node.spans = machine.pop_mark()
    machine.push(node, place)


def _dict_from_mark(machine: Machine, _: Value, place: int) -> None:
    node = Node("dict")
    node.pairs = _even(machine.pop_mark()[0])
    machine.push(node, place)


def _even(pairs: list[Value]) -> list[Value]:
    if len(pairs) % 2:
        raise IndexError
    return pairs


def _append(machine: Machine, _: Value, __: int) -> None:
    value = machine.pop()
    machine.top().add([value])


def _appends(machine: Machine, _: Value, __: int) -> None:
    values, _places = machine.pop_mark()
    machine.top().add(values)


def _set_item(machine: Machine, _: Value, __: int) -> None:
    value, key = machine.pop(), machine.pop()
    machine.top().add_pairs([key, value])


def _set_items(machine: Machine, _: Value, __: int) -> None:
    values, _places = machine.pop_mark()
    machine.top().add_pairs(_even(values))


def _build(machine: Machine, _: Value, __: int) -> None:
    state = machine.pop()
    machine.top().state = state


def _global(machine: Machine, argument: Value, place: int) -> None:
    module, _, name = str(argument).partition(" ")
    machine.push(machine.named(module, name), place)


def _stack_global(machine: Machine, _: Value, place: int) -> None:
    name, module = machine.pop(), machine.pop()
    machine.push(machine.named(module, name), place)


def _reduce(machine: Machine, _: Value, place: int) -> None:
    arguments, function = machine.pop(), machine.pop()
    machine.call(function, arguments, place)


def _new_with_words(machine: Machine, _: Value, place: int) -> None:
    words, arguments, kind = machine.pop(), machine.pop(), machine.pop()
    machine.call(kind, arguments, place).add([words])


def _instance(machine: Machine, argument: Value, place: int) -> None:
    values, _places = machine.pop_mark()
    if argument is None:
        kind: Value = values.pop(0)
    else:
        module, _, name = str(argument).partition(" ")
        kind = machine.named(module, name)
    arguments = Node("tuple")
    arguments.values = values
    machine.call(kind, arguments, place)


def _persistent(machine: Machine, argument: Value, place: int) -> None:
    machine.push(Node("persistent", arguments=machine.pop() if argument is None else argument), place)


def _pop(machine: Machine, _: Value, __: int) -> None:
    if machine.marks and machine.marks[-1] == len(machine.stack):
        machine.marks.pop()
    else:
        machine.pop()


def _pop_mark(machine: Machine, _: Value, __: int) -> None:
    machine.pop_mark()


def _put(machine: Machine, argument: Value, _: int) -> None:
    if not isinstance(argument, int):
        raise TypeError
    machine.memo[argument] = machine.stack[-1]


def _get(machine: Machine, argument: Value, place: int) -> None:
    if not isinstance(argument, int):
        raise TypeError
    machine.push(machine.memo[argument], place)


def _memoize(machine: Machine, _: Value, __: int) -> None:
    machine.memo[len(machine.memo)] = machine.stack[-1]


def _nothing(_: Machine, __: Value, ___: int) -> None:
    """Of an opcode that only tells the reader how to read."""


_WORK: dict[str, Callable[[Machine, Value, int], None]] = {
    "PROTO": _nothing,
    "FRAME": _nothing,
    "MARK": lambda machine, _, __: machine.marks.append(len(machine.stack)),
    "POP": _pop,
    "POP_MARK": _pop_mark,
    "DUP": lambda machine, _, place: machine.push(machine.stack[-1], place),
    "PERSID": _persistent,
    "BINPERSID": _persistent,
    "EMPTY_TUPLE": lambda machine, _, place: machine.push(_NOTHING_IN_IT, place),
    "EMPTY_LIST": lambda machine, _, place: machine.push(Node("list"), place),
    "EMPTY_DICT": lambda machine, _, place: machine.push(Node("dict"), place),
    "EMPTY_SET": lambda machine, _, place: machine.push(Node("set"), place),
    "TUPLE": lambda machine, _, place: _from_mark(machine, Node("tuple"), place),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "LIST": lambda machine, _, place: _from_mark(machine, Node("list"), place),
    "FROZENSET": lambda machine, _, place: _from_mark(machine, Node("set"), place),
    "DICT": _dict_from_mark,
    "APPEND": _append,
    "APPENDS": _appends,
    "ADDITEMS": _appends,
    "SETITEM": _set_item,
    "SETITEMS": _set_items,
    "BUILD": _build,
    "GLOBAL": _global,
    "STACK_GLOBAL": _stack_global,
    "REDUCE": _reduce,
    "NEWOBJ": _reduce,
    "NEWOBJ_EX": _new_with_words,
    "INST": _instance,
    "OBJ": _instance,
    "GET": _get,
    "BINGET": _get,
    "LONG_BINGET": _get,
    "PUT": _put,
    "BINPUT": _put,
    "LONG_BINPUT": _put,
    "MEMOIZE": _memoize,
}
"""What each opcode does to the stack, the marks and the memo."""
