from __future__ import annotations

import pytest
import torch

from tensorlab.memory.files.suspects import is_hostile, is_known, leaves_module


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "posix.system",
        "subprocess.Popen",
        "builtins.exec",
        "builtins.getattr()",
        "builtins.__import__",
        "os.path.exists",
        "torch.load",
        "types.CodeType",
        "importlib.import_module",
        "runpy._run_code",
        "numpy.testing._private.utils.runstring",
        "torch.jit.unsupported_tensor_ops.execWrapper",
        "torch.hub.load_state_dict_from_url",
    ],
)
def test_what_runs_programs_is_hostile(name: str) -> None:
    assert is_hostile(name)
    assert not is_known(name)


@pytest.mark.parametrize(
    "name",
    [
        "argparse.Namespace",
        "numpy.dtype",
        "my_os.Thing",
        "builtins.getattr",
        "types.SimpleNamespace",
        "numpy._core.multiarray._reconstruct",
    ],
)
def test_what_is_only_unknown_is_neither(name: str) -> None:
    assert (is_hostile(name), is_known(name)) == (False, False)


def test_every_dtype_and_storage_of_torch_is_known() -> None:
    dtypes = {value for value in vars(torch).values() if isinstance(value, torch.dtype)}
    assert dtypes
    assert [str(dtype) for dtype in dtypes if not is_known(str(dtype))] == []
    storages = [kind for name, kind in vars(torch).items() if name.endswith("Storage") and isinstance(kind, type)]
    assert [
        kind for kind in storages if kind.__name__ != "TypedStorage" and not is_known(f"torch.{kind.__name__}")
    ] == []


@pytest.mark.parametrize(
    ("words", "leaves"),
    [
        ("os.system", True),
        ("serialization.os.system", True),
        ("_sys.modules", True),
        ("f.__globals__.get", True),
        ("Outer.Inner", False),
        ("Outer.__new__", False),
        ("system", False),
    ],
)
def test_a_way_into_another_module(words: str, *, leaves: bool) -> None:
    assert leaves_module(words) == leaves
