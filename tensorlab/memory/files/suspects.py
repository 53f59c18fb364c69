"""Names in a pickle: those that every file of tensors has, and those that no data needs."""

from __future__ import annotations

import sys

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
    logging.config.listen numpy.testing.runstring numpy.testing._private.utils.runstring
    numpy.testing._private.utils.measure numpy.testing.measure numpy.testing._private.utils.rundocs
    numpy.testing.rundocs numpy.f2py.crackfortran.myeval numpy.f2py.crackfortran.param_eval
    numpy.f2py.crackfortran._eval_scalar numpy.f2py.diagnose.run_command numpy.lib._npyio_impl.load
    numpy.ctypeslib.load_library numpy.ctypeslib._ctypeslib.load_library numpy.lib.npyio.load
    torch.ops.load_library torch.classes.load_library torch._ops._Ops.load_library torch.jit._serialization.load
    torch.jit.unsupported_tensor_ops.execWrapper torch.utils.bottleneck.__main__.run_cprofile
    torch.utils.bottleneck.__main__.run_autograd_prof torch.utils.collect_env.run torch.utils.collect_env.run_lambda
    torch.utils.data.datapipes.utils.decoder.basichandlers torch._dynamo.guards.GuardBuilder.get
    torch._inductor.codecache.compile_file torch._inductor.codecache.PyCodeCache.load
    torch.fx.experimental.symbolic_shapes.ShapeEnv.evaluate_guards_expression torch.fx.graph_module.reduce_graph_module
    torch.fx.graph_module.reduce_package_graph_module torch.fx.graph_module.reduce_deploy_graph_module
    torch.fx.graph_module._exec_with_source torch.fx.graph_module._forward_from_src
    torch.utils._config_module.ConfigModule.load_config""".split()  # noqa: SIM905 - words read best as words
)
_HARMLESS = frozenset({"builtins.getattr"})
"""As long as what it gives is not called in turn."""
_RUNNING_PACKAGES = (
    "torch.hub.",
    "torch.package.",
    "torch.utils.cpp_extension.",
    "torch.testing._internal.",
    "torch.distributed.rpc.",
    "torch.distributed.launch",
    "torch.distributed.run",
    "numpy.distutils.",
    "numpy.f2py.",
)
"""Where most functions run programs, or load them."""


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
    plain = name.removesuffix("()")
    return name.partition(".")[0] in _RUNNERS or plain in _RUNNING or plain.startswith(_RUNNING_PACKAGES)


def leaves_module(words: str) -> bool:
    """Whether the dotted name of something in a module goes on into another module, or behind the scenes.

    A pickle may ask ``torch`` for "os.system", which is what ``os`` has. A class within a class is asked for the
    same way, and stays.

    >>> leaves_module("os.system"), leaves_module("__dict__.get"), leaves_module("Outer.Inner"), leaves_module("system")
    (True, True, False, False)
    """
    *way, _last = words.split(".")
    return any(
        step.startswith("__") or step in sys.stdlib_module_names or step.lstrip("_") in sys.stdlib_module_names
        for step in way
    )
