from __future__ import annotations

import numpy as np
import pytest
import torch

from tensorlab.bench.slowness.looking import Call, look, result_storages
from tensorlab.errors import UnsupportedError


def test_what_ran_and_what_came() -> None:
    seen = look(Call(lambda x: x.t().reshape(-1), (torch.ones(2, 3),), {}))
    assert [call.name for call in seen.calls][:2] == ["aten.t.default", "aten.clone.default"]
    assert (seen.writes, seen.varies, len(seen.program.steps)) == (False, False, len(seen.calls))
    assert all("test_looking.py" in call.line for call in seen.calls)


def test_a_function_of_torch_has_no_line_of_the_users() -> None:
    assert [call.line for call in look(Call(torch.neg, (torch.ones(2),), {})).calls] == [""]


@pytest.mark.parametrize("given", [torch.ones(2), np.ones(2)])
def test_what_is_written_is_a_copy(given: torch.Tensor | np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    def writes(x: torch.Tensor) -> torch.Tensor:
        x += 1
        return x

    seen = look(Call(writes, (given,), {}))
    assert (seen.writes, given.tolist()) == (True, [1, 1])


def test_a_list_that_grows_is_written() -> None:
    words = [1]
    assert look(Call(lambda given: given.append(2), (words,), {})).writes
    assert words == [1]
    assert not look(Call(lambda given: given, ([float("nan"), 1, "a"],), {})).writes


def test_the_buffers_of_a_module_may_be_written() -> None:
    layer = torch.nn.BatchNorm1d(2)
    assert look(Call(lambda one, x: one(x), (layer, torch.ones(3, 2)), {})).writes
    assert layer.num_batches_tracked == 0


def test_what_varies_is_told() -> None:
    counts = iter(range(9))
    assert look(Call(lambda: next(counts), (), {})).varies


def test_random_numbers_are_the_same_again() -> None:
    state = torch.get_rng_state()
    assert not look(Call(torch.rand, (3,), {})).varies
    assert torch.get_rng_state().equal(state)


def test_other_memory_is_not_written() -> None:
    other = torch.ones(2)
    with pytest.raises(UnsupportedError, match="writes memory that it was not given"):
        look(Call(other.add_, (1,), {}))
    assert other.tolist() == [1, 1]


def test_what_cannot_be_copied_is_refused() -> None:
    computed = torch.ones(2, requires_grad=True) * 2
    with pytest.raises(UnsupportedError, match="what it is given cannot be copied: RuntimeError"):
        look(Call(torch.neg, (computed,), {}))


def test_what_it_raises_is_told() -> None:
    with pytest.raises(UnsupportedError, match="mm raised RuntimeError: ") as told:
        look(Call(torch.mm, (torch.ones(2), torch.ones(2)), {}))
    assert isinstance(told.value.__cause__, RuntimeError)


def test_a_call_on_copies() -> None:
    given = torch.ones(2)
    call = Call(torch.Tensor.add_, (given, 1), {"alpha": 2}).make()
    assert [call().tolist(), call().tolist(), given.tolist()] == [[3, 3], [5, 5], [1, 1]]


def test_the_storages_of_the_result() -> None:
    seen = look(Call(lambda x: (x + 1).exp(), (torch.ones(3),), {}))
    assert result_storages(seen) == {seen.calls[-1].storages[1][0]}
    assert result_storages(look(Call(lambda: 1, (), {}))) == set()
