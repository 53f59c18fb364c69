"""The size of the file that ``numpy.save`` would write: its header and the elements."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np

from tensorlab.memory.naming import reason
from tensorlab.memory.retention.record import SaveSize


def array_size(array: np.ndarray[Any, Any]) -> SaveSize:
    """How large the file of ``numpy.save(f, array)`` is. A view is saved as the elements that it shows.

    >>> print(array_size(np.zeros(10**6)[:10]))
    numpy.save writes 208 B
    """
    if array.dtype.hasobject:
        words = "its elements are objects, which are pickled one by one"
        return SaveSize(writer="numpy.save", least=None, most=None, reason=words)
    header = np.lib.format.header_data_from_array_1_0(np.ndarray.view(array, np.ndarray))
    for write in (np.lib.format.write_array_header_1_0, np.lib.format.write_array_header_2_0):
        buffer = io.BytesIO()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                write(buffer, header)
        except ValueError as error:
            words = reason(error)
            continue
        size = buffer.tell() + array.nbytes
        return SaveSize(writer="numpy.save", least=size, most=size)
    return SaveSize(writer="numpy.save", least=None, most=None, reason=f"its header is not told: {words}")
