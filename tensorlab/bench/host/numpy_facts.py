"""What NumPy says of itself, printed as JSON. Run in a process of its own: ``python -m`` and this module's name."""

from __future__ import annotations

import json
import sys
import warnings

from tensorlab.bench.host.last_words import tell

if __name__ == "__main__":
    sys.excepthook = tell  # before the library is imported, which may fail

import numpy as np

from tensorlab.bench.host.fingerprint import loaded_blas


def numpy_facts() -> dict[str, object]:
    """Version, file, the linear algebra it was built with, and what of it is loaded.

    >>> numpy_facts()["version"] == np.__version__
    True
    """
    np.ones((8, 8)) @ np.ones((8, 8))
    built = np.show_config(mode="dicts")
    assert isinstance(built, dict)
    blas = built.get("Build Dependencies", {}).get("blas", {})
    return {
        "version": np.__version__,
        "file": np.__file__,
        "linear algebra": f"{blas.get('name', '')} {blas.get('version', '')}".strip(),
        "loaded": list(loaded_blas()),
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump(numpy_facts(), sys.stdout)
