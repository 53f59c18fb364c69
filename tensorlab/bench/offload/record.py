"""What a device says of its own clock."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.errors import LayoutError

SLOWED: dict[int, str] = {
    0x4: "power cap",
    0x8: "hardware slowdown",
    0x20: "thermal slowdown",
    0x40: "thermal slowdown by the hardware",
    0x80: "power brake",
}
"""Bits of NVIDIA's clock event reasons that make a GPU slower than it would be; idle, applications' clocks and displays
are none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The clock of a device at one moment: read, never set.

    Raises:
        LayoutError: A clock that runs backwards.

    >>> Clocks(mhz=1200, most=1980, reasons=0x24).slowed_by
    ('power cap', 'thermal slowdown')
    """

    mhz: int
    """Of its multiprocessors."""
    most: int
    """What they may reach; 0 where nobody says."""
    reasons: int = 0
    """Why it is not the highest, as bits; see ``SLOWED``."""

    def __post_init__(self) -> None:
        if self.mhz < 0 or self.most < 0 or self.reasons < 0:
            raise LayoutError(f"a clock has 0 MHz or more; got {self.mhz} of {self.most}")

    @property
    def slowed_by(self) -> tuple[str, ...]:
        """What holds it back, in words."""
        return tuple(word for bit, word in SLOWED.items() if self.reasons & bit)

    @property
    def throttled(self) -> bool:
        """Whether anything holds it back."""
        return bool(self.slowed_by)
