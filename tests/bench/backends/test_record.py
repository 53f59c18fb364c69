from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from support.laboratory import backend


def test_a_backend_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError, match="name"):
        backend().name = "other"  # type: ignore[misc]  # that is what is tested
