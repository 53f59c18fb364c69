import pytest
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from tensorlab.models.profiling.arithmetic import macs
from tensorlab.models.profiling.watching import Watch


def ours(module: nn.Module, *inputs: torch.Tensor, train: bool) -> int:
    watch = Watch(lambda: ("forward", 0))
    with watch:
        _run(module, *inputs, train=train)
    return sum(ran.macs for ran in watch.ran)


def torchs(module: nn.Module, *inputs: torch.Tensor, train: bool) -> int:
    counter = FlopCounterMode(display=False)
    with counter:
        _run(module, *inputs, train=train)
    assert counter.get_total_flops() % 2 == 0
    return counter.get_total_flops() // 2


def _run(module: nn.Module, *inputs: torch.Tensor, train: bool) -> None:
    with torch.set_grad_enabled(train):
        made = module(*inputs)
    if train:
        (made[0] if isinstance(made, tuple) else made).sum().backward()


MODULES = {
    "linear": (nn.Linear(5, 7), (4, 5)),
    "linear without bias": (nn.Linear(5, 7, bias=False), (4, 3, 5)),
    "conv1d": (nn.Conv1d(3, 4, 3, stride=2), (2, 3, 11)),
    "conv2d": (nn.Conv2d(3, 8, 3, padding=1), (2, 3, 9, 7)),
    "conv3d": (nn.Conv3d(2, 4, 2), (1, 2, 5, 4, 3)),
    "dilated": (nn.Conv2d(3, 8, 3, dilation=2), (2, 3, 9, 9)),
    "transposed": (nn.ConvTranspose2d(3, 8, 3, stride=2), (2, 3, 5, 4)),
    "bilinear": (nn.Sequential(nn.Flatten(), nn.Linear(12, 3), nn.ReLU(), nn.Linear(3, 12)), (2, 3, 4)),
    "encoder": (nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0), (2, 5, 8)),
}


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("name", MODULES)
def test_multiply_adds_are_half_of_torchs_own_count(name: str, *, train: bool) -> None:
    module, shape = MODULES[name]
    given = torch.randn(shape, requires_grad=train)
    with sdpa_kernel(SDPBackend.MATH):  # of the CPU's own attention torch counts nothing
        assert ours(module, given, train=train) == torchs(module, given, train=train) > 0


@pytest.mark.parametrize(("groups", "transposed"), [(1, False), (4, False), (4, True)])
def test_groups_see_their_own_channels_alone(groups: int, *, transposed: bool) -> None:
    kind = nn.ConvTranspose2d if transposed else nn.Conv2d
    module, given = kind(8, 4, 3, groups=groups), torch.randn(2, 8, 6, 6, requires_grad=True)
    forward = ours(module, given, train=False)
    assert forward == torchs(module, given, train=False)
    assert ours(module, given, train=True) == 3 * forward


@pytest.mark.parametrize(
    ("name", "operands"),
    [
        ("mm", ((3, 4), (4, 5))),
        ("bmm", ((2, 3, 4), (2, 4, 5))),
        ("mv", ((3, 4), (4,))),
        ("dot", ((4,), (4,))),
        ("addmm", ((3, 5), (3, 4), (4, 5))),
        ("addbmm", ((3, 5), (2, 3, 4), (2, 4, 5))),
        ("baddbmm", ((2, 3, 5), (2, 3, 4), (2, 4, 5))),
        ("addmv", ((3,), (3, 4), (4,))),
    ],
)
def test_a_product_adds_up_as_many_as_loops_would(name: str, operands: tuple[tuple[int, ...], ...]) -> None:
    """Counted by computing with ones: each output is a sum of as many ones."""
    ones = [torch.ones(shape) for shape in operands]
    if name.startswith(("add", "badd")):
        ones[0].zero_()
    made = getattr(torch, name)(*ones)
    assert macs(name, list(operands), [tuple(made.shape)]) == int(made.sum())


def test_attention() -> None:
    query, key = torch.randn(2, 3, 5, 8), torch.randn(2, 3, 7, 8)
    watch = Watch(lambda: ("forward", 0))
    with watch:
        torch.nn.functional.scaled_dot_product_attention(query, key, key)
    assert sum(ran.macs for ran in watch.ran) == 2 * 3 * 5 * 7 * (8 + 8)
    shapes = [(2, 3, 5, 8), (2, 3, 5, 8), (2, 3, 7, 8), (2, 3, 7, 8)]
    assert macs("_scaled_dot_product_flash_attention_backward", shapes, []) == 2 * 3 * 5 * 7 * 5 * 8


@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_recurrent_layer_has_the_products_of_its_weights_at_each_step(*, bidirectional: bool) -> None:
    module = nn.LSTM(8, 16, 2, bidirectional=bidirectional)
    weights = sum(one.numel() for name, one in module.named_parameters() if "weight" in name)
    assert ours(module, torch.randn(5, 4, 8), train=False) == 5 * 4 * weights


@pytest.mark.parametrize("norm_first", [False, True])
def test_a_layer_in_one_operator_has_the_products_of_the_same_in_several(*, norm_first: bool) -> None:
    module = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, norm_first=norm_first, dropout=0.0)
    x = torch.randn(2, 7, 16)
    several = ours(module.train(), x, train=False)
    assert ours(module.eval(), x, train=False) == several


@pytest.mark.parametrize("keys", [7, 5])
def test_attention_in_one_operator(keys: int) -> None:
    module = nn.MultiheadAttention(16, 4, batch_first=True)
    query, key = torch.randn(2, 7, 16), torch.randn(2, keys, 16)
    given = (query, query, query) if keys == 7 else (query, key, key)
    several = ours(module.train(), *given, train=False)
    assert ours(module.eval(), *given, train=False) == several
    shapes = [tuple(one.shape) for one in given]
    assert macs("_native_multi_head_attention", shapes, [(2, 7, 16)]) == several


def test_a_packed_weight_shows_no_shape() -> None:
    assert macs("linear_dynamic", [(4, 8)], [(4, 3)]) == 4 * 8 * 3
