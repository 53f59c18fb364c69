"""The machine that measured, as facts that may be published: no host name, no user, no path."""

from __future__ import annotations

from dataclasses import dataclass

from tensorlab.memory.record import Doubt
from tensorlab.quantity import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a speed depends on beside the code."""

    cpu: str
    """As the CPU names itself."""
    vector: tuple[str, ...]
    """Its vector extensions that change speed here: "avx2", "avx512f", "amx_bf16", "sve"; sorted."""
    cores: int
    """Physical cores; the logical ones where the system does not tell them apart."""
    logical: int
    """Logical processors."""
    usable: int
    """Logical processors that this process may run on."""
    caches: tuple[tuple[str, int], ...]
    """Name and bytes of each cache that the first processor sees: ("L1d", 49152)."""
    memory: int
    """Bytes of main memory; 0 where the system does not say."""
    huge_pages: str
    """When the kernel gives large pages unasked: "always", "madvise", "never"; "" where it does not say."""
    accelerators: tuple[str, ...]
    """Names of the accelerators that the driver lists, without asking a library."""
    system: str
    """Operating system, kernel and machine: "Linux 6.1.0 x86_64"."""
    python: str
    """Interpreter and version."""
    libraries: tuple[tuple[str, str], ...]
    """Name and version of torch and NumPy, as installed; "" where one is not."""
    blas: tuple[str, ...]
    """Linear algebra and threading libraries that are loaded so far, with version, kernel and threads."""
    environment: tuple[tuple[str, str], ...]
    """Variables that change speed and are set, sorted; a value that may be a path is only said to be set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A library as a process of its own found it."""

    name: str
    """"torch", "NumPy"."""
    version: str = ""
    """"" where it does not work."""
    file: str = ""
    """Where Python found it; the one path in these records, for this machine's user only."""
    failure: str = ""
    """Why it does not work; "" where it does."""
    facts: tuple[tuple[str, str], ...] = ()
    """What else it says of itself."""
    loaded: tuple[str, ...] = ()
    """Linear algebra and threading libraries that it loads, with version, kernel and threads."""


@dataclass(frozen=True, slots=True)
class Accelerator:
    """A device that torch can compute on beside the CPU."""

    name: str
    """"cuda:0"."""
    model: str
    """As its driver names it; "" where it does not."""
    memory: int
    """Bytes; 0 where nobody tells."""


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional part of tensorlab, and the distributions that it needs."""

    name: str
    """"vision": pip install 'tensorlab-toolkit[vision]'."""
    versions: tuple[tuple[str, str], ...]
    """Distribution and version; "" where it is not installed."""

    @property
    def installed(self) -> bool:
        """Whether nothing is missing."""
        return all(version for _, version in self.versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """The state of this machine for tensorlab; ``str()`` is a sentence, and one for each thing that is wrong."""

    host: Host
    libraries: tuple[Library, ...]
    accelerators: tuple[Accelerator, ...]
    extras: tuple[Extra, ...]
    problems: tuple[Doubt, ...]
    """What keeps tensorlab from working."""
    doubts: tuple[Doubt, ...]
    """What makes it slower, or its figures doubtful."""

    @property
    def accelerators_known(self) -> bool:
        """Whether torch, which lists them, works."""
        return not any(library.failure for library in self.libraries if library.name == "torch")

    def __str__(self) -> str:
        libraries = ", ".join(f"{lib.name} {lib.version or 'does not work'}" for lib in self.libraries)
        devices = ", ".join(f"{device.name} {device.model}".strip() for device in self.accelerators)
        none = "no accelerator" if self.accelerators_known else "accelerators not known"
        there = f"{self.host.python}, {libraries} on {self.host.cpu}, {counted(self.host.usable, 'processor')}"
        wrong = [f"\n{word}: {doubt.text}" for word, doubts in self._wrong() for doubt in doubts]
        return f"{there}, {devices or none}{''.join(wrong)}"

    def _wrong(self) -> tuple[tuple[str, tuple[Doubt, ...]], ...]:
        return (("problem", self.problems), ("warning", self.doubts))
