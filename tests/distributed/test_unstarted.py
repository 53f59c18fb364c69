from __future__ import annotations

import pytest

from tensorlab.distributed import unstarted
from tensorlab.distributed.unstarted import unstarted_products
from tensorlab.errors import UnavailableError
from tensorlab.process.record import Failed


def test_a_process_of_its_own_answers() -> None:
    found = unstarted_products(5, 7, 100.0)
    assert [one.name for one in found] == ["row", "column", "inner", "2-D"]
    assert [len(one.matrices) for one in found] == [3, 3, 4, 3]
    assert all(not matrix.strangers for one in found for matrix in one.matrices)


def test_a_fake_group_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unstarted, "ask", lambda *arguments, **others: Failed("no such module"))  # noqa: ARG005 - as it is called
    with pytest.raises(UnavailableError, match="the fake process group of 2 ranks failed: no such module"):
        unstarted_products(2, 4, 9.0)
