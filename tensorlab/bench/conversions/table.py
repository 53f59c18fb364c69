"""The whole table of conversions, measured in a process of its own."""

from __future__ import annotations

from tensorlab.bench.conversions.record import Conversions
from tensorlab.codec import decode
from tensorlab.errors import UnavailableError
from tensorlab.process.child import ask
from tensorlab.process.record import Failed

CHILD = "tensorlab.bench.conversions.child"


def table(timeout: float) -> Conversions:
    """Every conversion, tried now.

    Raises:
        UnavailableError: torch or NumPy does not work, or there was no answer within ``timeout`` seconds.
    """
    answer = ask(CHILD, timeout=timeout)
    if isinstance(answer, Failed):
        raise UnavailableError(
            f"the conversions were not measured: {answer.reason}", hint="tensorlab doctor says what does not work"
        )
    return decode(Conversions, answer.facts)
