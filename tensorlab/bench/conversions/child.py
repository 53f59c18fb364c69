"""Every conversion of the table, each in a fork, printed as JSON. Run in a process of its own: ``python -m``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import numpy as np
import torch

from tensorlab.bench.conversions.calls import CALLS
from tensorlab.bench.conversions.measuring import measured
from tensorlab.bench.conversions.record import Conversion, Conversions
from tensorlab.bench.conversions.sources import SOURCES
from tensorlab.bench.host.last_words import tell
from tensorlab.codec import decode, encode
from tensorlab.process.forked import AVAILABLE, ask_fork
from tensorlab.process.record import Failed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tensorlab.bench.conversions.record import Outcome

PATIENCE = 5.0
"""Seconds that a conversion of a few elements gets."""
MAY_DIE = frozenset({("ndarray, negative stride", "torch.from_dlpack"), ("tensor, storage resized to 0", "list")})
"""Source and function of what is left out where a process cannot be forked."""


def all_conversions() -> Conversions:
    """Every source given to every function that is listed beside it."""
    torch.set_num_threads(1)  # a fork has one thread: a torch operation that waits for others would hang
    pairs = [(source, call) for source, told in SOURCES.items() for call in CALLS if call in told.calls.split()]
    versions = (("torch", torch.__version__), ("NumPy", np.__version__))
    return Conversions(versions, tuple(tried(source, call) for source, call in pairs))


def tried(source: str, call: str) -> Conversion:
    """One conversion in a fork; how the fork ended, where it gave no answer."""
    if not AVAILABLE:
        if (source, call) in MAY_DIE:
            return Conversion(source=source, call=call, outcome="untried", reason="this system cannot fork")
        return measured(source, call)

    def facts() -> Mapping[str, Any]:
        found = encode(measured(source, call))
        assert isinstance(found, dict), "a record is an object in JSON"
        return found

    answer = ask_fork(facts, timeout=PATIENCE)
    if isinstance(answer, Failed):
        return Conversion(source=source, call=call, outcome=_outcome(answer.reason), reason=answer.reason)
    return decode(Conversion, answer.facts)


def _outcome(reason: str) -> Outcome:
    """What became of a fork that gave no answer."""
    if reason.startswith("ended by"):
        return "dies"
    return "hangs" if reason.startswith("no answer") else "untried"


if __name__ == "__main__":
    sys.excepthook = tell
    json.dump(encode(all_conversions()), sys.stdout)
