from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tensorlab.bench.selfcheck.variables import PROBES, with_penalty
from tensorlab.memory.record import Doubt

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize("name", sorted(PROBES))
def test_each_variable_is_measured_by_unsetting_it(name: str) -> None:
    asked: list[tuple[str, Mapping[str, str | None]]] = []

    def ask(probe: str, cured: Mapping[str, str | None]) -> float:
        asked.append((probe, cured))
        return 1.5

    found = with_penalty(Doubt(f"{name}=x", "slow", f"unset {name}"), ask)
    assert (found.penalty, found.cure) == (1.5, f"unset {name}")
    assert found.text == "slow; a penalty of 1.50x, measured without it"
    assert asked == [(PROBES[name], {name: None})]


def test_what_cannot_be_measured_stays_as_it_is() -> None:
    unknown = Doubt("MALLOC_CHECK_=1", "slow")
    assert with_penalty(unknown, lambda _probe, _cured: 2.0) is unknown
    known = Doubt("PYTHONMALLOC=debug", "slow")
    assert with_penalty(known, lambda _probe, _cured: None) is known
