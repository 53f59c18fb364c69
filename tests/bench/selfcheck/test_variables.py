from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.selfcheck.variables import CONCERNS, concern, with_penalty
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize("name", sorted(CONCERNS))
def test_each_variable_is_measured_by_unsetting_it(name: str) -> None:
    asked: list[tuple[str, Mapping[str, str | None]]] = []

    def ask(probe: str, cured: Mapping[str, str | None]) -> float:
        asked.append((probe, cured))
        return 1.5

    found = with_penalty(Doubt(f"{name}=x", "slow", f"unset {name}"), ask)
    assert (found.penalty, found.cure) == (1.5, f"unset {name}")
    assert found.text == "slow; penalty: measured 1.50x, beside processes without it"
    assert asked == [(CONCERNS[name].probe, {name: None})]


def test_what_cannot_be_measured_stays_as_it_is() -> None:
    unknown = Doubt("CUDA_LAUNCH_BLOCKING=1", "slow")
    assert concern(unknown) is None
    assert with_penalty(unknown, lambda _probe, _cured: 2.0) is unknown
    known = Doubt("PYTHONMALLOC=debug", "slow")
    assert with_penalty(known, lambda _probe, _cured: None) is known
