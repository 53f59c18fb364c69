from __future__ import annotations

import numpy as np
from hypothesis import find, settings
from support.drawn import draws

from tensorlab.testing import apply_calls, view_chains


def test_the_result_is_a_view_of_the_base() -> None:
    for chain in draws(view_chains(), 200):
        assert chain.result.untyped_storage().data_ptr() == chain.base.untyped_storage().data_ptr()
        again = apply_calls(chain.base, chain.calls)
        assert (again.stride(), again.storage_offset()) == (chain.result.stride(), chain.result.storage_offset())
    for chain in draws(view_chains(library="numpy", dtype="int16"), 200):
        assert chain.result.base is not None or chain.result is chain.base
        assert not chain.result.size or np.shares_memory(chain.result, chain.base)


def test_chains_are_of_many_kinds() -> None:
    drawn = draws(view_chains(dtype=["float32", "complex64"]), 500)
    names = {call.name for chain in drawn for call in chain.calls}
    wanted = {"getitem", "swapaxes", "reshape", "diagonal", "expand", "unfold", "narrow", "squeeze", "conj"}
    assert wanted <= names
    assert max(len(chain.calls) for chain in drawn) == 4
    assert sum(not chain.result.is_contiguous() for chain in drawn) > 100


def test_a_chain_shrinks_to_one_call() -> None:
    chain = find(view_chains(), lambda chain: not chain.result.is_contiguous(), settings=settings(derandomize=True))
    assert len(chain.calls) == 1
    assert chain.base.numel() <= 4


def test_the_base_has_the_layout_that_is_asked_for() -> None:
    assert all(not chain.base.is_contiguous() for chain in draws(view_chains(classes="permuted", shape=(2, 3)), 20))
