"""The machine that measured, as facts that may be published: no host name, no user, no path."""

from __future__ import annotations

from dataclasses import dataclass


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
