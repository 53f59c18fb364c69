"""The workloads of this floor with their implementations. Networks add theirs from their own floor."""

from __future__ import annotations

from tensorlab.bench.backends.table import BACKENDS
from tensorlab.bench.record import Catalogue
from tensorlab.bench.workloads import elementwise, matmul, movement, reduction

CATALOGUE = Catalogue(
    workloads=(*elementwise.WORKLOADS, *reduction.WORKLOADS, *matmul.WORKLOADS, *movement.WORKLOADS),
    implementations={
        (backend.name, workload): prepare
        for backend in BACKENDS.values()
        for workload, prepare in backend.implementations.items()
    },
)
