import pytest
import torch

import tensorlab
from tensorlab.api.networks import alexnet, time_alexnet
from tensorlab.errors import LayoutError, UnavailableError, UnknownNameError, UnsupportedError
from tensorlab.models import layer_times
from tensorlab.models.layer_times import Pace
from tensorlab.models.record import LayerTimes


def test_the_face_builds_a_module_that_classifies() -> None:
    assert tensorlab.alexnet is alexnet
    network = alexnet(seed=1, dtype="float64")
    assert not network.training
    assert {p.dtype for p in network.parameters()} == {torch.float64}
    assert network(torch.zeros(1, 3, 63, 63, dtype=torch.float64)).shape == (1, 1000)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"device": "cudda"}, UnknownNameError, "did you mean 'cuda'"),
        ({"device": "mtia"}, UnavailableError, "reports no mtia device"),
        ({"device": 3}, UnknownNameError, "no device is called '3'"),
        ({"dtype": "float33"}, UnknownNameError, "did you mean 'float32'"),
        ({"dtype": "int8"}, UnsupportedError, "got dtype 'int8'"),
        ({"seed": -1}, LayoutError, r"a seed is a whole number from 0 to 2\*\*64 - 1; got -1"),
    ],
)
def test_what_cannot_be_is_refused(
    options: dict[str, object], error: type[tensorlab.TensorlabError], match: str
) -> None:
    with pytest.raises(error, match=match):
        alexnet(**options)  # type: ignore[arg-type]  # wrong on purpose


def test_a_torch_device_is_taken_like_its_name() -> None:
    network = alexnet(device=torch.device("cpu"))
    assert {p.device for p in network.parameters()} == {torch.device("cpu")}


def test_the_figure_holds_the_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_times, "Pace", lambda: Pace(0.0, fewest=1, most=1, warmups=0))
    figure = time_alexnet(batch=1, threads=1)
    assert isinstance(figure.data, LayerTimes)
    assert repr(figure).startswith(
        "alexnet, batch 1 of 224 \N{MULTIPLICATION SIGN} 224 images, float32, cpu, 1 thread\n"
    )
