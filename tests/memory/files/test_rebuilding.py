from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.errors import StoreError
from tensorlab.layout.record import Layout
from tensorlab.memory.files.nodes import Node
from tensorlab.memory.files.rebuilding import Rebuilder, numbers, outside
from tensorlab.memory.record import Storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tensorlab.memory.files.nodes import Value

RECORD = Storage(device="file", address=64, nbytes=16, owner="a/data/0")
REBUILDER = Rebuilder({"0": RECORD}, "little")


def sequence(*values: Value) -> Node:
    node = Node("tuple")
    node.add(list(values))
    return node


def persistent(*said: Value) -> Node:
    return Node("persistent", arguments=sequence(*said))


def storage(key: Value = "0", kind: str = "torch.FloatStorage", count: Value = 4) -> Node:
    return persistent("storage", Node("global", kind), key, "cpu", count)


def tensor(*arguments: Value, name: str = "tensor_v2") -> Node:
    return Node("call", f"torch._utils._rebuild_{name}", sequence(*arguments))


def test_a_tensor_of_four_numbers() -> None:
    memory = REBUILDER.tensor(tensor(storage(), 1, sequence(3), sequence(1), False, None))
    assert memory.layout == Layout((3,), (4,), 4, 4)
    assert memory.storage == RECORD
    assert outside(Layout((4,), (4,), 4, 4), RECORD)[0].code == "storage-too-small"


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (tensor(storage(), 0, sequence(3)), "too few arguments"),
        (tensor(None, 0, sequence(), sequence()), "a storage is needed"),
        (tensor(persistent("other"), 0, sequence(), sequence()), "a storage is needed"),
        (tensor(storage(7), 0, sequence(), sequence()), "a storage is needed"),
        (tensor(storage("9"), 0, sequence(), sequence()), "there is no record"),
        (tensor(storage(kind="os.FloatStorage"), 0, sequence(), sequence()), "is not known"),
        (tensor(storage(count=5), 0, sequence(), sequence()), "not as long as its pickle says"),
        (tensor(storage(count=True), 0, sequence(), sequence()), "not as long as its pickle says"),
        (tensor(storage(), 0, sequence(), sequence(), False, None, None, name="tensor_v3"), "dtype ''"),
        (tensor(name="parameter"), "a tensor is needed"),
        (tensor(sequence(), sequence(), name="sparse_tensor"), "a sparse tensor"),
        (tensor(name="nested_tensor"), "a nested tensor"),
        (tensor(name="meta_tensor_no_storage"), "too few arguments"),
        (tensor(name="wrapper_subclass"), "a tensor of a subclass"),
        (Node("call", "torch._tensor._rebuild_from_type_v2", sequence()), "a tensor of a subclass"),
    ],
)
def test_arguments_that_make_no_tensor(node: Node, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        REBUILDER.tensor(node)


@pytest.mark.parametrize("values", [[-1], [True], [2**62], ["a"], [None], [1] * 65])
def test_numbers_that_are_no_shape(values: Sequence[Value]) -> None:
    with pytest.raises(StoreError, match="is needed"):
        numbers(sequence(*values))


def test_what_wraps_a_call_that_is_not_known_is_no_tensor() -> None:
    inner = Node("call", "a.b", sequence())
    typed = Node("call", "torch._tensor._rebuild_from_type_v2", sequence(Node("global", "a.b"), Node("global", "a.C")))
    assert REBUILDER.beside(tensor(inner, name="parameter")) is None
    assert REBUILDER.beside(typed) is None
    assert REBUILDER.beside(tensor(tensor(storage()), name="parameter")) == [None]
