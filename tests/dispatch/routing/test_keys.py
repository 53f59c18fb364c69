from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from tensorlab.dispatch.routing import keys
from tensorlab.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("made", "backend"),
    [
        (lambda: torch.ones(2), "CPU"),
        (lambda: torch.ones(2, device="meta"), "Meta"),
        (lambda: torch.ones(2).to_sparse(), "SparseCPU"),
        (lambda: torch.ones(2, dtype=torch.cfloat).conj(), "CPU"),
    ],
)
def test_the_last_key_is_that_of_the_backend(made: Callable[[], torch.Tensor], backend: str) -> None:
    order = keys.in_order(keys.keys_of(made()))
    assert order[-1] == backend
    assert keys.backend_keys() & set(order) == {backend}


def test_a_conjugate_view_has_a_key_of_its_own() -> None:
    assert "Conjugate" in keys.in_order(keys.keys_of(torch.ones(2, dtype=torch.cfloat).conj()))


def test_what_a_thread_takes_away_is_what_torch_writes() -> None:
    with torch.inference_mode():
        inside = keys.named(keys.thread_keys()[1])
        assert "ADInplaceOrView" not in keys.named(keys.thread_keys()[0])
        assert keys.together([keys.keys_of(torch.ones(2))], *keys.thread_keys()) == ("BackendSelect", "CPU")
    assert set(inside) > set(keys.named(keys.thread_keys()[1]))
    with torch.autocast("cpu"):
        assert "AutocastCPU" not in keys.named(keys.thread_keys()[1])
        assert keys.together([keys.keys_of(torch.ones(2))], *keys.thread_keys())[0] == "AutocastCPU"


def test_types_of_devices_are_those_that_torch_lists() -> None:
    found = keys.device_types()
    assert {"cpu", "cuda", "meta", "mps", "xpu"} <= set(found)
    assert not keys.RETIRED & set(found)
    for name in found:
        assert torch.device(name).type == name
        assert keys.key_of_device(name).isalnum()


def test_a_torch_that_does_not_tell_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "NEEDED", ("DispatchKey", "_no_such_name"))
    with pytest.raises(UnavailableError, match=r"does not tell of its dispatcher: no torch._C._no_such_name"):
        keys.require_dispatcher()
