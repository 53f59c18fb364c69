"""One writer a file: the system's lock, which ends with the process, however that ends."""

from __future__ import annotations

from contextlib import suppress
from typing import IO, Any

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows has none, and refuses a second writer less surely
    fcntl = None


def locked(file: IO[bytes]) -> bool:
    """Take the lock of an open file until it is closed; False where somebody else has it.

    What cannot be locked (a device, a file system without locks) counts as ours.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as first, open(first.name, "ab") as second:
    ...     locked(first), locked(second)
    (True, False)
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def wait_for_lock(file: IO[bytes]) -> None:
    """Wait until the lock of an open file is ours; what cannot be locked is not waited for.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     wait_for_lock(file)
    """
    if fcntl is not None:
        with suppress(OSError):
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
