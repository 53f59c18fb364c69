from __future__ import annotations

from importlib import import_module
from inspect import Parameter, signature
from typing import TYPE_CHECKING

import pytest

import tensorlab
from tensorlab.api.records import FIGURES, SCENES, draw
from tensorlab.render.figure import Figure

if TYPE_CHECKING:
    from pathlib import Path


def test_a_comparison_a_checkup_and_a_figure_are_drawn() -> None:
    comparison = tensorlab.compare(n=10)
    assert tensorlab.show(comparison.data).text() == comparison.text()
    assert tensorlab.show(comparison) is comparison
    checkup = tensorlab.doctor()
    assert "Python" in tensorlab.show(checkup).text()
    assert tensorlab.show(checkup).data is checkup


def test_a_session_is_drawn(tmp_path: Path) -> None:
    session = tensorlab.benchmark("add", sizes=8, devices="cpu", output=f"{tmp_path}/add.jsonl")
    drawn = draw(session)
    assert isinstance(drawn, Figure)
    assert "add, 1 thread" in drawn.text()


def test_what_is_not_ours_is_left_alone() -> None:
    assert draw([1, 2]) is None
    assert draw(tensorlab.TensorlabError("no record")) is None


def test_a_layout_is_drawn() -> None:
    drawn = draw(tensorlab.Layout((2,), (8,), itemsize=4))
    assert isinstance(drawn, Figure)
    assert "address(i) = 0 + 2*i" in drawn.text()


@pytest.mark.parametrize(("module", "function"), sorted([*SCENES.values(), *FIGURES.values()]))
def test_what_draws_a_record_is_there_and_takes_it_alone(module: str, function: str) -> None:
    assert not module.startswith("tensorlab.cli")
    needed = [
        parameter.name
        for parameter in signature(getattr(import_module(module), function)).parameters.values()
        if parameter.default is Parameter.empty
    ]
    assert len(needed) == 1
