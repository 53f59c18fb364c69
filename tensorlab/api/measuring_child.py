"""One of several processes of a run: measures what a file lacks for it, and appends the rows. Ask it by its name."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tensorlab.errors import StoreError


def measure_missing(path: Path, process: int) -> int:
    """Measure what the file asks for, as the process of that number; how many cases it has measured.

    Raises:
        StoreError: The file does not say what was asked for, or cannot be written.
    """
    from tensorlab.api.measurement import every_workload
    from tensorlab.api.own_workloads import with_own
    from tensorlab.bench.backends.table import BACKENDS
    from tensorlab.bench.cases import Selection
    from tensorlab.bench.session import Place, run_session
    from tensorlab.bench.store import load

    header = load(path).header
    asked = header.asked
    if asked is None:
        raise StoreError(f"{path} does not say what was asked for")
    selection = Selection(
        names=asked.names,
        devices=asked.devices,
        sizes=asked.sizes,
        dtypes=asked.dtypes,
        profile=header.profile,
        threads=header.threads,
        backends=asked.backends,
        caches=asked.caches,
        allocations=asked.allocations,
        processes=asked.processes,
    )
    catalogue, libraries = with_own(every_workload(), BACKENDS, asked.names)
    place = Place(output=path, resume=True, process=process)
    session = run_session(catalogue, selection, place=place, backends=libraries)
    return sum(run.process == process for run in session.runs)


if __name__ == "__main__":
    json.dump({"measured": measure_missing(Path(sys.argv[1]), int(sys.argv[2]))}, sys.stdout)
    sys.stdout.flush()
