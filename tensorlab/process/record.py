"""What another process had to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """It answered."""

    facts: Mapping[str, object]
    """As it printed them in JSON."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not answer, and why: an exception's last line, a signal, or a time limit."""

    reason: str
