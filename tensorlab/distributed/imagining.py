"""Ranks that are not there: a fake process group in a process of its own, ``python -m ... RANKS SIDE``."""

from __future__ import annotations

import json
import sys

import torch.distributed as dist
from torch.testing._internal.distributed.fake_pg import FakeStore

from tensorlab.codec import encode
from tensorlab.distributed.rows.products import imagined


def imagine(ranks: int, side: int) -> dict[str, object]:
    """Products over that many ranks, as what ``json.dumps`` takes; this process is rank 0, and nothing is sent."""
    dist.init_process_group("fake", store=FakeStore(), rank=0, world_size=ranks)
    try:
        return {"products": [encode(one) for one in imagined(side, ranks)]}
    finally:
        dist.destroy_process_group()


if __name__ == "__main__":
    json.dump(imagine(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
