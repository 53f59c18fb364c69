"""Deep graphs, from the face of the command."""

from __future__ import annotations

import pytest

from tensorlab.api.autograd_stress import stress, stress_figure
from tensorlab.errors import LayoutError


def test_one_graph_and_its_picture() -> None:
    table = stress(1500, shape="residual", pattern="middle")
    assert [str(run) for run in table.runs] == ["nodes=3001 edges=4500 freed=ok"]
    assert "1 of 1 well" in stress_figure(table).text()


def test_no_steps_are_refused() -> None:
    with pytest.raises(LayoutError, match="a graph has 1 step or more; got -1"):
        stress(-1)
