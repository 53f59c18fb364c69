"""What torch says of itself, printed as JSON. Run in a process of its own: ``python -m`` and this module's name.

It imports nothing that needs NumPy, so that each library answers for itself.
"""

from __future__ import annotations

import json
import sys
import warnings

from tensorlab.bench.host.last_words import tell

if __name__ == "__main__":
    sys.excepthook = tell  # before the library is imported, which may fail

import torch

from tensorlab.bench.host.fingerprint import loaded_blas


def torch_facts() -> dict[str, object]:
    """Version, file, build, libraries, threads and accelerators.

    >>> torch_facts()["version"] == torch.__version__
    True
    """
    torch.ones(8, 8) @ torch.ones(8, 8)
    return {
        "version": torch.__version__,
        "file": torch.__file__,
        "built for": f"CUDA {torch.version.cuda}" if torch.version.cuda else _other_build(),
        "vector code": torch.backends.cpu.get_cpu_capability(),
        "linear algebra": ", ".join(_linear_algebra()),
        "threads": torch.get_num_threads(),
        "threads between operations": torch.get_num_interop_threads(),
        "loaded": list(loaded_blas()),
        "accelerators": [list(facts) for facts in accelerators()],
    }


def _other_build() -> str:
    hip = getattr(torch.version, "hip", None)
    return f"ROCm {hip}" if hip else "CPU"


def _linear_algebra() -> list[str]:
    """MKL, oneDNN and so on, with the versions that torch was built with."""
    found = []
    for line in torch.__config__.show().splitlines():
        words = line.strip(" -").split(" for ")[0].split(" (Git")[0]
        if "Math Kernel Library" in words or "MKL-DNN" in words:
            found.append(words.replace("Intel(R) oneAPI Math Kernel Library Version", "MKL").replace("Intel(R) ", ""))
        elif "BLAS_INFO=" in words:
            found.append("BLAS: " + words.partition("BLAS_INFO=")[2].partition(",")[0])
    return found


def accelerators() -> tuple[tuple[str, str, int], ...]:
    """Name, model and bytes of memory of each accelerator that torch reports; "" and 0 where it does not tell.

    >>> all(":" in name for name, _, _ in accelerators())
    True
    """
    found = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    if found is None:
        return ()
    library = torch.get_device_module(found.type)
    return tuple(
        (f"{found.type}:{number}", *_properties(library, number)) for number in range(torch.accelerator.device_count())
    )


def _properties(library: object, number: int) -> tuple[str, int]:
    ask = getattr(library, "get_device_properties", None)
    if ask is None:
        return "", 0
    facts = ask(number)
    return str(getattr(facts, "name", "")), int(getattr(facts, "total_memory", 0))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump(torch_facts(), sys.stdout)
