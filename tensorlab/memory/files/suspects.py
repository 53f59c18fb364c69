"""Names in a pickle: those that every file of tensors has, and those that no data needs."""

from __future__ import annotations

from tensorlab.memory.files.dtypes import of_storage, of_torch

_PLAIN = frozenset(
    """collections.OrderedDict collections.defaultdict collections.Counter torch.Size torch.device torch.Tensor
    torch.serialization._get_layout torch._tensor._rebuild_from_type_v2 torch.nn.parameter.Parameter torch.nn.Parameter
    torch.per_tensor_affine torch.per_channel_affine torch.per_tensor_symmetric torch.per_channel_symmetric
    torch.per_channel_affine_float_qparams torch.torch.Size _codecs.encode builtins.set builtins.frozenset
    builtins.bytearray builtins.bytes builtins.complex builtins.slice builtins.range builtins.list builtins.dict
    builtins.tuple builtins.int builtins.float builtins.bool builtins.str builtins.object""".split()  # noqa: SIM905 - words read best as words
)
_REBUILDERS = "torch._utils._rebuild_"
_RUNNERS = frozenset(
    """os posix nt subprocess sys shutil runpy pty importlib ctypes _ctypes code codeop commands socket webbrowser
    pickle _pickle cPickle marshal shelve operator _operator asyncio multiprocessing threading _thread tempfile
    urllib http ftplib smtplib telnetlib requests timeit cProfile profile pdb bdb trace doctest idlelib pip pkgutil
    zipimport site imp venv ensurepip antigravity fcntl linecache bz2 gzip lzma zipfile tarfile sqlite3 dbm builtins
    pydoc rlcompleter atexit""".split()  # noqa: SIM905 - words read best as words
)
"""Modules whose functions act on more than data; of ``builtins``, all but what is plain above."""
_RUNNING = frozenset(
    """torch.load torch.serialization.load torch.hub.load torch.jit.load numpy.load joblib.load io.open io.FileIO
    io.open_code _io.open _io.FileIO _io.open_code types.CodeType types.FunctionType types.LambdaType
    logging.config.listen""".split()  # noqa: SIM905 - words read best as words
)
_HARMLESS = frozenset({"builtins.getattr"})
"""As long as what it gives is not called in turn."""


def is_known(name: str) -> bool:
    """Whether files of tensors have that name, which is then understood.

    >>> is_known("torch.float32"), is_known("collections.OrderedDict"), is_known("argparse.Namespace")
    (True, True, False)
    """
    return (
        name in _PLAIN
        or name.startswith(_REBUILDERS)
        or of_storage(name) is not None
        or (name.startswith("torch.") and of_torch(name.removeprefix("torch.")) is not None)
    )


def is_hostile(name: str) -> bool:
    """Whether to call that is no way to rebuild data: it would run programs, open files, or load more code.

    A name that is neither known nor in the table is no proof of innocence: it is not called all the same.

    >>> is_hostile("posix.system"), is_hostile("builtins.eval"), is_hostile("argparse.Namespace")
    (True, True, False)
    """
    if is_known(name) or name in _HARMLESS:
        return False
    return name.partition(".")[0] in _RUNNERS or name.removesuffix("()") in _RUNNING
