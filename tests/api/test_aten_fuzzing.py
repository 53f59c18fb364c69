from typing import TYPE_CHECKING, Any

import pytest

import tensorlab
from tensorlab.api.aten_fuzzing import draw_aten, sweep_aten
from tensorlab.errors import UnknownNameError, UnsupportedError

if TYPE_CHECKING:
    from tensorlab.progress import Progress


def test_a_sweep_of_one_operator_and_its_picture() -> None:
    told: list[Progress] = []
    swept = sweep_aten(ops=["trace"], progress=told.append)
    assert (swept.passed, swept.tested, [progress.label for progress in told]) == (True, swept.samples, ["trace"])
    assert "no operator breaks its promise" in draw_aten(swept).text()
    assert tensorlab.show(swept).data == swept


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"ops": ["kronn"]}, UnknownNameError, "no operator of dtype float32 is called 'kronn'"),
        ({"dtype": "float33"}, UnknownNameError, "no dtype is called 'float33'"),
        ({"seed": -1}, UnsupportedError, "seed is a whole number from 0 on; got -1"),
        ({"workers": 0}, UnsupportedError, "workers is a whole number from 1 on; got 0"),
        ({"workers": 2.0}, UnsupportedError, "workers is a whole number from 1 on; got 2.0"),
    ],
)
def test_bad_calls(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        sweep_aten(**arguments)
