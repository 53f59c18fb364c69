"""What is captured: AlexNet in training mode, and chains."""

from __future__ import annotations

from functools import partial

import torch
from torch import nn

from benchmarks.capturing.record import Case
from tensorlab.models.layers import ALEXNET
from tensorlab.models.network import Network


class Chain(nn.Module):
    """So many additions, one after the other."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.length = length
        self.start = nn.Parameter(torch.ones(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x * self.start
        for _ in range(self.length - 1):
            x = x + 1
        return x


def alexnet() -> tuple[nn.Module, torch.Tensor]:
    torch.manual_seed(0)
    return Network(ALEXNET).train(), torch.randn(1, 3, 224, 224)


def chain(length: int) -> tuple[nn.Module, torch.Tensor]:
    return Chain(length), torch.ones(())


CASES = (
    Case("AlexNet", alexnet, 5),
    Case("10,000 chain", partial(chain, 10_000), 3),
    Case("200,000 chain", partial(chain, 200_000), 1),
)
WARM_UP = Case("chain of 3", partial(chain, 3), 1)
