from __future__ import annotations

from typing import get_args

from tensorlab.bench.backends.table import BACKENDS
from tensorlab.bench.catalogue import CATALOGUE
from tensorlab.bench.record import Group
from tensorlab.layout.dtype import dtype


def test_each_library_writes_every_operation_and_none_that_has_no_specification() -> None:
    names = {workload.name for workload in CATALOGUE.workloads}
    assert list(BACKENDS) == ["list", "array", "numpy", "torch", "torch.compile"]
    for name, backend in BACKENDS.items():
        assert backend.name == name
        assert set(backend.implementations) <= names
        assert backend.into <= set(backend.implementations)
        assert "cpu" in backend.devices()
        assert backend.missing("cpu") == ""
        groups = {*get_args(Group)} - {"own"}
        assert all(backend.pace("cpu", dtype("float32"), group) > 0 for group in groups)
