import pytest
import torch

from tensorlab.bench.backends.precision import ieee_float32


def switches() -> tuple[str, str]:
    convolutions = torch.backends.cudnn.conv  # type: ignore[attr-defined]  # torch puts an object in the module's place
    return convolutions.fp32_precision, torch.backends.cuda.matmul.fp32_precision


def test_it_is_on_inside_and_as_before_after() -> None:
    before = switches()
    with ieee_float32():
        assert switches() == ("ieee", "ieee")
    assert switches() == before


def test_an_error_inside_does_not_leave_it_on() -> None:
    before = switches()
    with pytest.raises(KeyError, match="inside"), ieee_float32():
        raise KeyError("inside")
    assert switches() == before


def test_a_convolution_runs_inside() -> None:
    with ieee_float32():
        assert torch.nn.Conv2d(1, 1, 3)(torch.zeros(1, 1, 3, 3)).shape == (1, 1, 1, 1)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no NVIDIA GPU that torch can use")
def test_a_gpus_convolution_is_as_exact_as_the_cpus() -> None:
    layer = torch.nn.Conv2d(64, 64, 3)
    images = torch.randn(2, 64, 16, 16)
    with torch.inference_mode():
        exact = layer.double()(images.double())
        with ieee_float32():
            found = layer.float().cuda()(images.cuda()).cpu().double()
    assert (found - exact).abs().max() < 1e-5 * exact.abs().max()
