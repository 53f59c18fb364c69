import pytest
import torch

from tensorlab.models.layers import ALEXNET, image_shape
from tensorlab.models.network import Network, seeded_network, steps


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    first, again, other = (seeded_network(ALEXNET[:4], seed=seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not any(torch.equal(first[key], other[key]) for key in first)


def test_it_neither_uses_nor_moves_torchs_own_generator() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    seeded_network(ALEXNET[:1], seed=0)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_weights_come_in_any_float_dtype(dtype: torch.dtype) -> None:
    network = seeded_network(ALEXNET[:3], seed=0, dtype=dtype)
    assert {p.dtype for p in network.parameters()} == {dtype}
    assert network(torch.zeros(1, 3, 31, 31, dtype=dtype)).dtype == dtype


def test_it_is_in_evaluation_mode_and_can_be_trained() -> None:
    network = seeded_network(ALEXNET, seed=0)
    assert not any(m.training for m in network.modules())
    assert all(p.requires_grad for p in network.parameters())
    network.train()(torch.ones(image_shape(1, 63))).sum().backward()
    assert all(p.grad is not None for p in network.parameters())


def test_activations_stay_of_one_size() -> None:
    network = seeded_network(ALEXNET, seed=0)
    images = torch.rand(image_shape(2), generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.inference_mode():
        for layer, found in steps(ALEXNET, network):
            images = found(images)
            assert 0.1 < images.std() < 5, layer.name  # the largest of a window is more than the average one


def test_steps_run_one_after_another_are_the_network() -> None:
    network = seeded_network(ALEXNET, seed=0)
    images = torch.ones(image_shape(2, 63))
    with torch.inference_mode():
        expected = network(images)
        values = images.clone()
        for _, found in steps(ALEXNET, network):
            values = found(values)
    assert torch.equal(values, expected)


def test_stages_are_torchvisions() -> None:
    with torch.device("meta"):
        network = Network(ALEXNET)
    stages = dict(network.named_children())
    assert [len(list(stage.children())) for stage in stages.values()] == [13, 0, 0, 7]
    first, second = list(stages["features"].children())[:2]
    assert str(first) == "Conv2d(3, 64, kernel_size=(11, 11), stride=(4, 4), padding=(2, 2))"
    assert str(second) == "ReLU(inplace=True)"


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no NVIDIA GPU that torch can use")
def test_a_gpu_holds_the_same_bits() -> None:
    here, there = (seeded_network(ALEXNET[:4], seed=3, device=device) for device in ("cpu", "cuda"))
    pairs = zip(here.parameters(), there.parameters(), strict=True)
    assert all(b.is_cuda and torch.equal(a, b.cpu()) for a, b in pairs)
