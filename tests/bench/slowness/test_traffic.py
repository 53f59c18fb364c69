from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.bench.slowness.looking import Call, look, result_storages
from tensorlab.bench.slowness.traffic import distinct_bytes, line_bytes, together, traffic_of
from tensorlab.layout.record import Layout
from tensorlab.memory.record import MemoryMap

if TYPE_CHECKING:
    from collections.abc import Callable

    from tensorlab.bench.slowness.traffic import Traffic

VECTOR, MATRIX = torch.ones(64), torch.ones(32, 64)


def moved(call: Callable[..., object], *given: torch.Tensor) -> Traffic:
    seen = look(Call(call, given, {}))
    return traffic_of(seen.calls, frozenset(result_storages(seen)))


def memory(*layout: tuple[int, ...]) -> MemoryMap:
    laid = Layout(layout[0], layout[1], itemsize=4)
    return MemoryMap(type="torch.Tensor", library="torch", shape=layout[0], dtype=None, layout=laid)


@pytest.mark.parametrize(
    ("call", "given", "kinds", "nbytes", "ideal"),
    [
        (torch.neg, (VECTOR,), ["compute"], 512, 512),
        (lambda x: x + x, (VECTOR,), ["compute"], 512, 512),
        (torch.add, (VECTOR, VECTOR.clone()), ["compute"], 768, 768),
        (lambda x: x.t(), (MATRIX,), ["view"], 0, 0),
        (lambda x: x.t().contiguous(), (MATRIX,), ["view", "copy"], 16384, 16384),
        (lambda x: x.neg().exp(), (VECTOR,), ["compute"] * 2, 1024, 512),
        (lambda x: x.add_(1), (VECTOR,), ["write"], 512, 512),
        (lambda x, y: x.copy_(y), (VECTOR, VECTOR.clone()), ["copy"], 512, 512),
        (lambda x, y: torch.neg(x, out=y), (VECTOR, VECTOR.clone()), ["write"], 512, 512),
        (lambda x: torch.neg(x, out=x), (VECTOR,), ["write"], 512, 512),
        (lambda x: x + torch.ones(1).expand(64), (VECTOR,), ["compute", "view", "compute"], 4 + 516, 512),
        (lambda x: x.sum(), (VECTOR,), ["compute"], 260, 260),
        (lambda x: x.double(), (VECTOR,), ["copy"], 768, 768),
    ],
)
def test_bytes_that_move_and_bytes_that_would_do(
    call: Callable[..., object], given: tuple[torch.Tensor, ...], kinds: list[str], nbytes: int, ideal: int
) -> None:
    found = moved(call, *given)
    assert [op.kind for op in found.ops] == kinds
    assert (found.moved, found.ideal) == (nbytes, ideal)


def test_calls_of_one_line_stand_together() -> None:
    found = moved(lambda x: [value.item() for value in x], VECTOR)
    assert [(op.name, op.calls, op.moved) for op in found.ops] == [
        ("aten.unbind.int", 1, 0),
        ("aten._local_scalar_dense.default", 64, 256),
    ]
    assert found.ideal == 256


def test_new_memory() -> None:
    assert [op.made for op in moved(lambda x: x.t().contiguous().add_(1), MATRIX).ops] == [0, 8192, 0]


def test_cache_lines_of_elements_that_lie_apart() -> None:
    (op,) = moved(torch.neg, torch.ones(64, 16)[:, 0]).ops
    assert (op.moved, op.fetched) == (512, 64 * 64 + 64 * 4)
    assert (line_bytes(memory((16,), (4,))), line_bytes(memory((16,), (256,)))) == (64, 1024)


def test_what_goes_against_an_order() -> None:
    copy = moved(lambda x: x.t().contiguous(), MATRIX).ops[1]
    assert (copy.turned, copy.moved) == (16384, 16384)
    assert [op.turned for op in moved(lambda x: x.t().neg(), MATRIX).ops] == [0, 0]


@pytest.mark.parametrize(
    ("call", "given", "flops"),
    [
        (torch.mm, (torch.ones(2, 3), torch.ones(3, 4)), 2 * 2 * 3 * 4),
        (torch.bmm, (torch.ones(5, 2, 3), torch.ones(5, 3, 4)), 5 * 2 * 2 * 3 * 4),
        (torch.addmm, (torch.ones(4), torch.ones(2, 3), torch.ones(3, 4)), 2 * 2 * 3 * 4),
        (torch.mv, (torch.ones(2, 3), torch.ones(3)), 2 * 2 * 3),
        (torch.dot, (torch.ones(3), torch.ones(3)), 2 * 3),
        (torch.nn.functional.conv2d, (torch.ones(1, 3, 6, 6), torch.ones(2, 3, 3, 3)), 2 * (2 * 4 * 4) * (3 * 3 * 3)),
        (torch.add, (torch.ones(3), torch.ones(3)), 0),
    ],
)
def test_products(call: Callable[..., object], given: tuple[torch.Tensor, ...], flops: int) -> None:
    assert sum(op.flops for op in moved(call, *given).ops) == flops


def test_values_that_are_repeated_count_once() -> None:
    assert distinct_bytes(memory((1000, 2), (0, 4))) == 8
    assert distinct_bytes(memory((0, 2), (8, 4))) == 0
    assert distinct_bytes(MemoryMap(type="", library="torch", shape=(2,), dtype=None)) == 0
    assert line_bytes(MemoryMap(type="", library="torch", shape=(2,), dtype=None)) == 0


def test_views_of_one_storage_together() -> None:
    even, odd = (Layout((4,), (8,), offset, itemsize=4) for offset in (0, 4))
    assert [together(one) for one in ([], [even], [even, odd], [even, Layout((8,), (4,), itemsize=4)])] == [
        0,
        16,
        32,
        32,
    ]
