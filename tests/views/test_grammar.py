from __future__ import annotations

import ast

import pytest

from tensorlab.errors import ExpressionError
from tensorlab.views.grammar import check_tree, library_path


def _tree(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("torch.float32", ("torch", "float32")),
        ("numpy.lib.stride_tricks.as_strided", ("numpy", "lib.stride_tricks.as_strided")),
        ("torch", None),
        ("x.shape", None),
        ("torch.zeros(2).shape", None),
    ],
)
def test_a_path_starts_at_a_library(text: str, path: tuple[str, str] | None) -> None:
    assert library_path(_tree(text)) == path


def test_each_kind_of_node_that_python_has_is_known_or_refused() -> None:
    kinds = [kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.expr)]
    allowed = {"Constant", "List", "Tuple", "UnaryOp", "BinOp", "Name", "Attribute", "Call", "Subscript", "Slice"}
    refused = {kind.__name__ for kind in kinds} - allowed - {"expr", "Num", "Str", "Bytes", "NameConstant", "Ellipsis"}
    assert {"Lambda", "ListComp", "DictComp", "JoinedStr", "NamedExpr", "Await", "Starred", "IfExp"} <= refused


@pytest.mark.parametrize("text", ["[x for x in 'a']", "f'{1}'", "lambda: 0", "{1}", "1 if 1 else 2", "(yield)"])
def test_the_piece_is_written_out(text: str) -> None:
    with pytest.raises(ExpressionError, match="is not part of the language of expressions"):
        check_tree(_tree(f"[1, {text}]"))


def test_the_first_unknown_word_from_the_left_is_named() -> None:
    with pytest.raises(ExpressionError, match="__import__"):
        check_tree(_tree("__import__('os').system('x')"))


@pytest.mark.parametrize("text", ["np.zeros(2, dtype=float)", "np.ones(2).astype(int)", "np.ones(2).view(complex)"])
def test_a_type_of_python_may_stand_for_a_dtype(text: str) -> None:
    check_tree(_tree(text))


@pytest.mark.parametrize("text", ["np.zeros(2, copy=float)", "np.ones(float)", "np.zeros(2, dtype=list)"])
def test_but_nowhere_else(text: str) -> None:
    with pytest.raises(ExpressionError, match="is a function, not a value"):
        check_tree(_tree(text))


FORBIDDEN = [
    "__import__('os').system('x')",
    "().__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "torch.load('x')",
    "torch.save([], 'x')",
    "torch.from_file('x')",
    "torch.hub.load('a', 'b')",
    "torch.utils",
    "torch.serialization.os.system('x')",
    "torch.zeros.__globals__",
    "torch.set_default_dtype(torch.float64)",
    "torch._C",
    "torch.arange(3)._base",
    "torch.arange(3).untyped_storage().resize_(0)",
    "torch.arange(3).resize_(5)",
    "torch.arange(3).set_()",
    "torch.arange(3).apply_(float)",
    "torch.from_dlpack(np.arange(4.)[::-1])",
    "np.fromfile('x')",
    "np.load('x')",
    "np.save('x', [1])",
    "np.memmap('x')",
    "np.loadtxt('x')",
    "np.genfromtxt('x')",
    "np.DataSource()",
    "np.fromfunction(float, 3)",
    "np.void(10 ** 9)",
    "np.arange(3).tofile('x')",
    "np.arange(3).dump('x')",
    "np.lib.npyio",
    "array.array('d').fromfile",
    "array.os",
    "open('x')",
    "eval('1')",
    "exec('1')",
    "compile('1', '', 'eval')",
    "getattr(1, 'real')",
    "type(1)",
    "os.system('x')",
    "print(1)",
    "lambda: 1",
    "[x for x in [1]]",
    "{1: 2}",
    "{1, 2}",
    "f'{1}'",
    "'{0.__class__}'.format(1)",
    "1 if True else 2",
    "1 < 2 < 3",
    "1 in [1]",
    "1 is 2",
    "1 and 2",
    "not 1",
    "1 << 9",
    "1 @ 2",
    "(x := 1)",
    "await 1",
    "[*[1]]",
    "torch.zeros(*[1])",
    "torch.zeros(**1)",
    "torch.zeros(2, _x=1)",
    "torch.full((1,), 98, dtype=torch.uint8, out=torch.frombuffer(b'a', dtype=torch.uint8))",
    "np.concatenate(([1], [2]), out=np.zeros(2))",
    "np.concatenate(([1], [2]), 0, np.zeros(2))",
    "np.stack(([1], [2]), 0, np.zeros((2, 1)))",
    "np.arange(3).astype('f4', where=True)",
    "np.arange(3).byteswap(True)",
    "np.arange(3).byteswap(inplace=True)",
    "np.arange(3).getfield('O')",
    "np.arange(3).setfield(1, 'O')",
    "np.arange(3).fill(1)",
    "np.arange(3).setflags(write=True)",
    "np.ndarray((1,), dtype='O', buffer=b'12345678')",
    "torch.arange(3).fill_(1)",
    "torch.zeros(2)(3)",
    "[float][0](1)",
    "(float)('1')(2)",
    "torch",
    "np",
    "torch.zeros",
    "float",
    "list",
    "[float]",
    "torch.tensor(float)",
    "torch.arange(3).view",
    "torch.arange(3).foo",
    "x",
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_is_outside_the_language_is_refused_before_anything_runs(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"(?s)is not part of the language|not a value"):
        check_tree(_tree(text))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("troch.arange(3)", "did you mean torch?"),
        ("torch.aranje(3)", "did you mean torch.arange?"),
        ("np.ons(3)", "did you mean np.ones?"),
        ("numpy.lib.stride_tricks.as_stride(1)", "did you mean numpy.lib.stride_tricks.as_strided?"),
        ("torch.flaot32", "did you mean torch.float32?"),
        ("torch.arange(3).transpos(0, 1)", "did you mean .transpose()?"),
        ("torch.arange(3).shpe", "did you mean .shape?"),
        ("lst([1])", "did you mean list()?"),
        ("torch", "take something of it: torch.arange(6)"),
        ("torch.zeros", "call it: torch.zeros(...)"),
        ("torch.arange(3).view", "call it: .view(...)"),
        ("list", "call it: list(...)"),
        ("1 @ 2", "allowed: %, &, *, **, +, -, /, //, ^, |"),
        ("{1: 2}", "write numbers, words in quotes"),
        ("array.open('x')", "allowed: array"),
        ("().__class__", "allowed: H, T, base"),
    ],
)
def test_the_hint_says_what_was_meant_or_what_is_allowed(text: str, hint: str) -> None:
    with pytest.raises(ExpressionError, match=r"language|not a value") as raised:
        check_tree(_tree(text))
    assert raised.value.hint.startswith(hint)


def test_a_hint_is_short() -> None:
    with pytest.raises(ExpressionError, match="is not part of the language") as raised:
        check_tree(_tree("torch.ones(3).tofile('q')"))
    assert raised.value.hint.endswith("more")
    assert len(raised.value.hint) < 160
