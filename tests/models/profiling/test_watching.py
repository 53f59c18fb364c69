import gc

import pytest
import torch

from tensorlab.models.profiling.watching import Watch, distinct, storages_of, tensors_in, written_by


def watched() -> Watch:
    return Watch(lambda: ("forward", 0))


@pytest.mark.parametrize(
    ("call", "kind", "reads", "writes"),
    [
        (lambda x: x.t(), "view", 0, 0),
        (lambda x: x.view(-1), "view", 0, 0),
        (lambda x: x + 1, "compute", 96, 96),
        (lambda x: x + x, "compute", 96, 96),
        (lambda x: x.add_(1), "write", 96, 96),
        (lambda x: x.zero_(), "write", 0, 96),
        (lambda x: x.clone(), "copy", 96, 96),
        (lambda x: x.double(), "copy", 96, 192),
        (lambda x: x.sum(), "compute", 96, 4),
        (torch.empty_like, "compute", 0, 0),
        (lambda x: x[:1].expand(4, 6) + 1, "compute", 24, 96),
        (lambda x: torch.add(x, 1, out=torch.empty(4, 6)), "write", 96, 96),
    ],
)
def test_what_an_operator_reads_and_writes(call: object, kind: str, reads: int, writes: int) -> None:
    watch = watched()
    given = torch.zeros(4, 6)
    with watch:
        call(given)  # type: ignore[operator]  # one of the above
    last = watch.ran[-1]
    assert (last.kind, last.reads, last.writes) == (kind, reads, writes)


def test_a_copy_into_reads_its_source_alone() -> None:
    watch = watched()
    with watch:
        torch.zeros(4).copy_(torch.ones(4, dtype=torch.float64))
    assert (watch.ran[-1].kind, watch.ran[-1].reads, watch.ran[-1].writes) == ("copy", 32, 16)


def test_storages_live_from_their_making_to_their_end() -> None:
    watch = watched()
    given = torch.zeros(8)
    with watch:
        first = given + 1
        part = first[2:]
        del first
        alive = watch.alive
        del part
        gone = watch.alive
        given.add_(1)
    assert (alive, gone) == (64, 32)
    assert [(life.nbytes, life.role, life.born, life.died) for life in watch.lives()] == [
        (32, "input", -1, -1),
        (32, "activation", 0, 2),
    ]


def test_nothing_is_kept_alive() -> None:
    watch = watched()
    with watch:
        made = [torch.ones(1000) for _ in range(5)]
        del made
    gc.collect()
    assert watch.alive == 0


def test_what_python_makes_of_numbers_is_made_in_the_pass() -> None:
    watch = watched()
    with watch:
        torch.tensor([1.0, 2.0])
    assert [life.born for life in watch.lives()] == [0]


def test_numbers_of_parameters_that_share_a_storage_add_up() -> None:
    watch, both = watched(), torch.zeros(10)
    number = watch.there(both[:4], "parameter", "a")
    assert watch.there(both[4:], "parameter", "b") == number
    assert [life.elements for life in watch.lives()] == [10]
    assert watch.number_of(both) == number
    assert watch.number_of(torch.zeros(3)) is None


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support")
def test_sparse_tensors_have_the_bytes_of_what_they_are_made_of() -> None:
    sparse = torch.eye(3).to_sparse()
    assert len(storages_of(sparse)) == 2
    assert distinct(sparse) == 3 * 2 * 8 + 3 * 4
    assert distinct(torch.eye(3).to_sparse_csr()) == 4 * 8 + 3 * 8 + 3 * 4
    watch = watched()
    with watch:
        _ = sparse @ torch.ones(3, 2)
    assert watch.ran


def test_tensors_are_found_wherever_they_are() -> None:
    inner = torch.zeros(2)
    assert list(tensors_in([{"a": (inner, 3)}, None, "word"])) == [inner]
    endless: list[object] = []
    endless.append(endless)
    assert list(tensors_in(endless)) == []


def test_what_is_written() -> None:
    x, y = torch.zeros(3), torch.ones(3)
    add, mul = torch.ops.aten.add, torch.ops.aten.mul
    assert list(written_by(mul.Tensor, (x, y), {})) == []
    assert [one is x for one in written_by(add.out, (y, y), {"out": x})] == [True]
    assert list(written_by(len, (x,), {})) == []
