from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tensorlab.bench.chasing.containers import prepared
from tensorlab.bench.chasing.record import WORDS

if TYPE_CHECKING:
    from tensorlab.bench.chasing.record import Operation


def plain(result: Any) -> Any:
    if isinstance(result, list):
        return [plain(one) for one in result]
    return result.tolist() if hasattr(result, "tolist") else result


@pytest.mark.parametrize("operation", ["add", "sum", "matmul"])
def test_all_containers_agree(operation: Operation) -> None:
    results: list[Any] = [prepared(operation, container, 5)() for container in WORDS]
    for result in results[1:]:
        assert np.allclose(np.asarray(plain(result)), plain(results[0]))
