"""A small transformer of twelve blocks, as people write one."""

from __future__ import annotations

import torch
from torch import nn


class Block(nn.Module):
    """Attention and a layer of two matrices, each beside a way that is not touched."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.up, self.act, self.down = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The numbers of the next block."""
        batch, words, width = x.shape
        y = self.before(x)
        parts = (
            layer(y).view(batch, words, self.heads, -1).transpose(1, 2) for layer in (self.query, self.key, self.value)
        )
        heard = nn.functional.scaled_dot_product_attention(*parts)
        x = x + self.out(heard.transpose(1, 2).reshape(batch, words, width))
        further: torch.Tensor = x + self.down(self.act(self.up(self.after(x))))
        return further


class Transformer(nn.Module):
    """Words to scores of the next word."""

    def __init__(self, blocks: int = 12, width: int = 64, heads: int = 4, words: int = 100) -> None:
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(blocks)))
        self.head = nn.Linear(width, words)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Scores, a row a place."""
        scores: torch.Tensor = self.head(self.blocks(self.embed(tokens)))
        return scores


def loss() -> tuple[Transformer, torch.Tensor]:
    """The network, and its loss on two rows of sixteen words."""
    network = Transformer()
    tokens = torch.arange(32).view(2, 16)
    return network, nn.functional.cross_entropy(network(tokens).flatten(0, 1), tokens.flatten())
