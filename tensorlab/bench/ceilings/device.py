"""An accelerator as the probes need it: buffers, copies, products, and how to wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tensorlab.bench.ceilings.plan import Call


class Device(Protocol):
    """What a device must be able to do to be measured; a test has one without hardware."""

    @property
    def name(self) -> str:
        """As torch names it: "cuda:0"."""
        ...

    @property
    def cache(self) -> int:
        """Bytes of its last cache; 0 where it does not tell."""
        ...

    @property
    def memory(self) -> int:
        """Bytes that are free on it; 0 where it does not tell."""
        ...

    @property
    def dtypes(self) -> tuple[str, ...]:
        """What its products may be computed in."""
        ...

    def host(self, nbytes: int, *, locked: bool) -> object:
        """A buffer of the host, page-locked or not.

        Raises:
            UnavailableError: There are no page-locked buffers for this device.
        """
        ...

    def buffer(self, nbytes: int) -> object:
        """A buffer of the device."""
        ...

    def copy(self, source: object, target: object) -> Call:
        """The call that asks for a copy and does not wait for it."""
        ...

    def product(self, dtype: str, rows: int) -> Call:
        """The call that asks for a product of two square matrices.

        Raises:
            UnavailableError: The device has no product of that dtype.
        """
        ...

    def small(self) -> Call:
        """The call that asks for the sum of two elements: all that is left is asking."""
        ...

    def wait(self) -> None:
        """Returns when the device has done all that was asked of it."""
        ...
