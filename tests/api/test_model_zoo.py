from __future__ import annotations

import pytest

import tensorlab
from tensorlab.api.model_zoo import list_models, show_model
from tensorlab.errors import UnknownNameError
from tensorlab.models.record import ModelTrace, Zoo


def test_models_are_listed_and_shown() -> None:
    zoo, trace = list_models("alexnet"), show_model("alexnet")
    assert isinstance(zoo.data, Zoo)
    assert isinstance(trace.data, ModelTrace)
    assert tensorlab.show(zoo.data).text() == zoo.text()
    assert tensorlab.show(trace.data).text() == trace.text()
    assert "features.12   MaxPool2d" in trace.text()


def test_a_pattern_that_nothing_matches() -> None:
    with pytest.raises(UnknownNameError, match="no model is called 'zzz'"):
        list_models("zzz")
