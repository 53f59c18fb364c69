"""What a tracer sees, beside torch's anomaly mode and beside itself switched off; that it changes nothing."""

from __future__ import annotations

import copy
import gc
import re
import threading
import warnings
import weakref
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from support.probe import run_python
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils.checkpoint import checkpoint

from tensorlab.autograd.walking import walk
from tensorlab.dispatch.tracer import LIVING, Tracer
from tensorlab.errors import UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).name


def nodes_of(*outputs: torch.Tensor) -> list[Any]:
    """Nodes behind some tensors that are no leaves."""
    return [node for node in walk(outputs).nodes if "AccumulateGrad" not in node.name()]


def lines_of(tracer: Tracer, *outputs: torch.Tensor) -> dict[str, str | None]:
    """Of each node by name and number, its line as the tracer has it."""
    found = {}
    for node in nodes_of(*outputs):
        origin = tracer.origin(node._sequence_nr(), node.name().rpartition("::")[2])
        found[f"{node.name()} {node._sequence_nr()}"] = None if origin is None else origin.line
    return found


def anomalous(*outputs: torch.Tensor) -> dict[str, str]:
    """The same, as torch's anomaly mode has it: the innermost frame outside torch."""
    found = {}
    for node in nodes_of(*outputs):
        frames = [re.match(r'\s*File "(.*)", line (\d+)', text) for text in node.metadata["traceback_"]]
        places = [(match[1], match[2]) for match in frames if match and "/torch/" not in match[1]]
        ours = [place for place in places if "/tensorlab/dispatch/" not in place[0]]
        found[f"{node.name()} {node._sequence_nr()}"] = f"{Path(ours[-1][0]).name}:{ours[-1][1]}"
    return found


class Doubled(torch.autograd.Function):
    """A custom Function that calls an operator."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        y = x * 1
        return y * 2

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grads[0] * 2 + 0 * x


class Passed(torch.autograd.Function):
    """One whose forward calls nothing."""

    @staticmethod
    def forward(_ctx: Any, x: torch.Tensor) -> torch.Tensor:
        return x

    @staticmethod
    def backward(_ctx: Any, *grads: Any) -> Any:
        return grads[0]


DOUBLED: Any = Doubled
PASSED: Any = Passed


def elementwise(x: Any) -> Any:
    y = x.sin() + x * 2
    z = torch.relu(y) / (1 + x.exp())
    return z.sum()


def written_views(x: Any) -> Any:
    y = x * 2
    y[0].mul_(3)
    y[1:].copy_(y[:1] * 2)
    v = y[0]
    v.add_(1)
    return (v * y).sum()


def custom(x: Any) -> Any:
    y = DOUBLED.apply(x)
    z = PASSED.apply(y * 1)
    return (y * z).sum()


def attention(x: Any) -> Any:
    torch.manual_seed(0)
    layer = nn.MultiheadAttention(4, 2)
    q = x.reshape(-1, 1, 4)
    return layer(q, q, q)[0].sum()


def in_pieces(x: Any) -> Any:
    parts = x.unbind(0)
    joined = torch.cat([part * n for n, part in enumerate(parts)])
    left, right = torch.split(joined, [3, joined.numel() - 3])
    return left.sum() + torch.stack([right, right]).mean()


def recomputed(x: Any) -> Any:
    y = checkpoint(lambda t: (t * 2).tanh(), x, use_reentrant=False)
    return y.sum()


def over_lists(x: Any) -> Any:
    parts = torch._foreach_mul([x, x * 2], 3.0)
    return parts[0].sum() + parts[1].sum()


def classes(x: Any) -> Any:
    logits = nn.functional.layer_norm(x, x.shape[-1:])
    return nn.functional.cross_entropy(logits, torch.zeros(len(x), dtype=torch.int64))


PROGRAMS: list[Callable[[Any], Any]] = [
    elementwise,
    written_views,
    custom,
    attention,
    in_pieces,
    recomputed,
    over_lists,
    classes,
]


def leaf(*shape: int) -> Any:
    return torch.linspace(-1, 1, 12).reshape(shape or (3, 4)).requires_grad_()


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_lines_are_those_of_anomaly_mode(program: Callable[[Any], Any]) -> None:
    x = leaf()
    with Tracer() as tracer:
        lines = lines_of(tracer, program(x))
    with torch.autograd.detect_anomaly():
        expected = anomalous(program(x))
    assert list(lines.values()) == list(expected.values())
    assert all(line is not None and line.startswith(HERE) for line in lines.values() if "checkpoint" not in str(line))


@pytest.mark.parametrize("program", PROGRAMS)
def test_gradients_are_the_same_bit_for_bit(program: Callable[[Any], Any]) -> None:
    plain, seen = leaf(), leaf()
    loss = program(plain)
    loss.backward()
    with Tracer():
        again = program(seen)
        again.backward()
    assert torch.equal(loss, again)
    assert torch.equal(plain.grad, seen.grad)
    assert type(again.grad_fn) is type(loss.grad_fn)


@pytest.mark.parametrize("program", PROGRAMS)
def test_twice_differentiated_too(program: Callable[[Any], Any]) -> None:
    found = []
    contexts: tuple[Any, ...] = (nullcontext(), Tracer())
    for context in contexts:
        x = leaf()
        with context:
            (first,) = torch.autograd.grad(program(x), x, create_graph=True)
            second = torch.autograd.grad(first.sin().sum(), x)[0] if first.requires_grad else first
        found.append((first, second))
    assert torch.equal(found[0][0], found[1][0])
    assert torch.equal(found[0][1], found[1][1])


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_a_chain_of_ten_thousand_agrees_on_every_line() -> None:
    code = """
import re, sys, torch, warnings
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tensorlab.autograd.walking import walk
from tensorlab.dispatch.tracer import Tracer
warnings.simplefilter("ignore")
x = torch.ones(2, requires_grad=True)
lines = ["y = x"] + [["y = y * 1.001", "y = y + 1", "y = y.sin()"][n % 3] for n in range(9_999)]
program = compile("\\n".join(lines), "chain.py", "exec")
scope = {"x": x}
with Tracer() as tracer, torch.autograd.detect_anomaly():
    exec(program, scope)
found = 0
for node in walk([scope["y"]]).nodes:
    if "AccumulateGrad" in node.name():
        continue
    line = re.findall(r'File "chain.py", line (\\d+)', "".join(node.metadata["traceback_"]))[-1]
    found += tracer.origin(node._sequence_nr(), node.name()).line == f"chain.py:{line}"
print(found)
"""
    ran = run_python(code, ".")
    assert ran.stdout.strip() == "9999", ran.stderr


class Net(nn.Module):
    """Calls one module twice, one by another path, and functions of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
        self.twin = self.body[0]
        self.listed = nn.ModuleList([nn.Linear(4, 4)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.listed[0](self.twin(self.body(x)))
        return x.sigmoid()


def modules_of(tracer: Tracer, output: torch.Tensor) -> list[str]:
    names = [node.name().rpartition("::")[2] for node in nodes_of(output)]
    found = [tracer.origin(node._sequence_nr(), name) for node, name in zip(nodes_of(output), names, strict=True)]
    return sorted({origin.module for origin in found if origin is not None})


def test_modules_are_named_as_named_modules_does() -> None:
    net = Net()
    with Tracer() as tracer:
        out = net(torch.ones(2, 4))
    assert modules_of(tracer, out) == ["Net", "body.0", "body.1", "listed.0"]
    assert {"body.0", "body.1", "listed.0"} <= {name for name, _ in net.named_modules()}


def test_modules_under_functional_call_and_func_grad() -> None:
    net = Net()
    params: dict[str, Any] = dict(net.named_parameters())
    with Tracer() as tracer:
        out = torch.func.functional_call(net, params, (torch.ones(2, 4),))
        grads = torch.func.grad(lambda p: torch.func.functional_call(net, p, (torch.ones(2, 4),)).sum())(params)
    assert modules_of(tracer, out) == ["Net", "body.0", "body.1", "listed.0"]
    expected = torch.func.grad(lambda p: torch.func.functional_call(net, p, (torch.ones(2, 4),)).sum())(params)
    assert all(torch.equal(grads[name], expected[name]) for name in params)


def test_a_model_that_is_given_names_parts_that_are_called_alone() -> None:
    net = Net()
    with Tracer(net) as tracer:
        out = net.listed[0](torch.ones(2, 4))
    assert modules_of(tracer, out) == ["listed.0"]


def test_vmap_inside_gives_the_same() -> None:
    x = leaf()
    with Tracer() as tracer:
        y = torch.func.vmap(lambda row: (row * 2).sin().sum())(x)
        y.sum().backward()
    assert torch.equal(x.grad, 2 * (2 * x.detach()).cos())
    assert all(line and line.startswith(HERE) for line in lines_of(tracer, y).values())


def test_versions_numbers_and_runs_of_a_write() -> None:
    x = leaf()
    with Tracer() as tracer:
        y = x * 2
        y.mul_(3)
        z = y[0]
    made, written, viewed = tracer.calls
    assert [call.name for call in tracer.calls] == ["aten.mul.Tensor", "aten.mul_.Tensor", "aten.select.int"]
    assert (made.versions, written.versions, viewed.versions) == (((0, 0),), ((0, 1),), ((1, 1),))
    assert written.tensors[0] == written.tensors[1] == made.tensors[1]
    assert viewed.storages[1] == made.storages[1] != made.storages[0]
    assert [call.sequence[1] - call.sequence[0] for call in tracer.calls] == [1, 1, 1]
    assert (made.call, made.phase, made.grad, made.module) == ("Tensor.mul", "forward", True, "")
    assert viewed.outputs[0].traits == {"requires_grad", "non-leaf"}
    assert tracer.tensor_number(z) == viewed.tensors[1][0]
    assert tracer.storage_number(y.untyped_storage()) == made.storages[1][0]


def test_the_last_call_is_complete_while_it_still_runs() -> None:
    with Tracer() as tracer:
        y = torch.zeros(2)
        y.add_(1)
        assert tracer.calls[-1].versions == ((0, 1),)
        y.add_(1)
    assert [call.versions for call in tracer.calls[1:]] == [((0, 1),), ((1, 2),)]


def test_backward_tells_its_nodes_and_their_lines() -> None:
    x = leaf()
    with Tracer() as tracer:
        loss = x.sin().sum()
        loss.backward()
    backward = [call for call in tracer.calls if call.phase == "backward" and call.node is not None]
    assert [call.node[0] for call in backward if call.node] == [
        "SumBackward0",
        "SinBackward0",
        "SinBackward0",
        "AccumulateGrad",
    ]
    assert {call.line for call in backward[:-1]} == {tracer.calls[0].line}
    (run,) = tracer.backwards
    assert (run.kind, run.failed, run.roots, run.inputs) == ("backward", False, (tracer.tensor_number(loss),), None)
    assert run.at < run.until == len(tracer.events)


def test_nodes_that_a_backward_makes_have_the_line_of_the_node_that_ran() -> None:
    x = leaf()
    with Tracer() as tracer:
        y = x.sin()
        (first,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    assert set(lines_of(tracer, first).values()) == {tracer.calls[0].line}


def test_calls_that_reach_no_operator_are_told() -> None:
    x = torch.ones(3)
    with Tracer() as tracer:
        x.requires_grad_()
        x.grad = None
        _ = x.shape, x.dtype, x.size(), x.is_leaf
        _ = x.data
    told = [call.name for call in tracer.calls]
    assert told == ["Tensor.requires_grad_", "Tensor.grad.__set__", "aten.detach.default"]
    assert tracer.calls[-1].call == "Tensor.data.__get__"
    assert "requires_grad" in tracer.calls[1].inputs[0].traits


def test_operators_past_the_functions_that_torch_shows_have_their_lines() -> None:
    array = np.ones(3, dtype=np.float32)
    with Tracer() as tracer:
        x = torch.from_numpy(array)
        y = torch.zeros(3)
        with torch.no_grad():
            y.set_(x)  # type: ignore[call-overload]  # torch's stub lacks this way
        torch.Tensor([1.0]).requires_grad_().exp().sum().backward()  # type: ignore[no-untyped-call]  # no types here
    lines = [int(call.line.removeprefix(f"{HERE}:")) for call in tracer.calls if call.phase == "forward"]
    first = lines[0]
    assert lines == [first, first + 1, first + 3, *[first + 4] * (len(lines) - 3)]


def test_what_runs_past_all_modes_runs_as_it_would() -> None:
    x = torch.ones(3)
    with Tracer() as tracer:
        with _disable_current_modes():
            doubled = x * 2
        x.exp()
    assert doubled.tolist() == [2.0, 2.0, 2.0]
    assert [call.name for call in tracer.calls] == ["Tensor.mul", "aten.exp.default"]


def test_nothing_is_kept_alive() -> None:
    gc.collect()
    gc.disable()
    try:
        with Tracer() as tracer:
            x = leaf()
            y = x * 2
            refs: list[Any] = [weakref.ref(x), weakref.ref(y), weakref.ref(y.untyped_storage())]
            y.sum().backward()
            del x, y
            assert [ref() for ref in refs] == [None, None, None]
        assert tracer.calls
        known = weakref.ref(tracer)
        del tracer
        assert known() is None
    finally:
        gc.enable()


def test_modes_around_it_see_what_they_would_without_it() -> None:
    class Names(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen[-1].append(func)
            return func(*args, **(kwargs or {}))

    class Operators(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch does not say its types
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen[-1].append(func)
            return func(*args, **(kwargs or {}))

    def program() -> None:
        layer, x = nn.Linear(12, 1), leaf(12)
        optimizer = torch.optim.Adam(layer.parameters(), foreach=True)
        for _ in range(2):
            optimizer.zero_grad()
            twice: Any = Doubled
            (layer(twice.apply(x)).sum() * 1.5).backward()
            optimizer.step()

    program()
    seen: list[list[Any]] = []
    for mode in (Names, Operators):
        for context in (nullcontext, Tracer):
            seen.append([])
            with mode(), context():
                program()
    assert seen[0] == seen[1]
    assert seen[2] == seen[3]


def test_numbers_are_never_used_twice() -> None:
    with Tracer() as tracer:
        for _ in range(3000):
            torch.zeros(3)
    tensors = [call.tensors[1][0] for call in tracer.calls]
    storages = [call.storages[1][0] for call in tracer.calls]
    assert len(set(tensors)) == len(set(storages)) == 3000


def test_its_own_operations_are_seen_by_nobody() -> None:
    seen = []

    class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch does not say its types
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(str(func))
            return func(*args, **(kwargs or {}))

    class Listen(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(getattr(func, "__name__", "?"))
            return func(*args, **(kwargs or {}))

    def program(x: Any) -> None:
        y = (x * 2).reshape(4, 3)
        y.add_(float("inf"))
        y.sum().backward()

    watch: Any = Watch
    program_alone: list[str] = []
    contexts: tuple[Any, ...] = (nullcontext(), Tracer())
    for context in contexts:
        seen.clear()
        with watch(), Listen(), context:
            program(leaf())
        program_alone = program_alone or list(seen)
        assert seen == program_alone
        seen.clear()
        with context, watch(), Listen():
            program(leaf())
        assert seen == program_alone


def test_recordings_may_be_nested_and_neither_sees_the_other() -> None:
    x = leaf()
    with Tracer() as outer:
        with Tracer() as inner:
            y = (x * 2).sum()
        y.backward()
    assert [call.name for call in inner.calls] == ["aten.mul.Tensor", "aten.sum.default"]
    assert [call.name for call in outer.calls][:3] == ["aten.mul.Tensor", "aten.sum.default", "aten.ones_like.default"]
    assert lines_of(inner, y) == lines_of(outer, y)


def test_a_recording_goes_on_when_it_is_entered_again_and_not_inside_itself() -> None:
    x = leaf()
    tracer = Tracer()
    with tracer:
        y = x * 2
    unseen = y * 3
    with tracer:
        z = unseen.sum()
        with pytest.raises(UnsupportedError, match="running already"):
            tracer.__enter__()
    assert [call.name for call in tracer.calls] == ["aten.mul.Tensor", "aten.sum.default"]
    assert list(lines_of(tracer, z).values())[1] is None


def test_quiet_blocks_are_not_recorded() -> None:
    with Tracer() as tracer:
        with tracer.quiet():
            hidden = leaf() * 2
        hidden.sum()
    assert [call.name for call in tracer.calls] == ["aten.sum.default"]
    assert tracer.origin(hidden.grad_fn._sequence_nr()) is None


def test_nodes_of_other_threads_are_unknown() -> None:
    made: dict[str, torch.Tensor] = {}

    def work() -> None:
        made["there"] = leaf().tanh().cosh()

    with Tracer() as tracer:
        y = leaf().sin().exp()
        for _ in range(nodes_of(y)[0]._sequence_nr()):
            y = y * 1
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert set(lines_of(tracer, made["there"]).values()) == {None}


def test_writes_to_lists_are_counted_as_torch_does_without_a_mode() -> None:
    weight, gradient = torch.ones(3), torch.ones(3)
    with Tracer() as tracer:
        torch._foreach_add_([weight], [gradient])
    assert weight._version == 1
    assert tracer.calls[0].versions == ((0, 1), (0, 0))


@pytest.mark.parametrize("foreach", [True, False])
def test_an_optimizer_runs_alike(*, foreach: bool) -> None:
    found = []
    contexts: tuple[Any, ...] = (nullcontext(), Tracer())
    for context in contexts:
        torch.manual_seed(0)
        net = Net()
        optimizer = torch.optim.Adam(net.parameters(), foreach=foreach)
        with context:
            for _ in range(3):
                optimizer.zero_grad()
                net(torch.ones(2, 4)).sum().backward()
                optimizer.step()
        found.append([*net.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))
    assert [one._version for one in found[0]] == [one._version for one in found[1]]


def odd_tensors() -> Iterator[Any]:
    yield torch.eye(3).to_sparse()
    yield torch.zeros(3, device="meta")
    yield torch.zeros(0, 3)
    yield torch.ones(2, dtype=torch.complex64).conj()
    yield torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    with torch.inference_mode():
        yield torch.ones(3)


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
def test_odd_tensors_pass_through() -> None:
    for tensor in odd_tensors():
        with Tracer() as tracer:
            made = tensor * 2
        assert made.shape == tensor.shape if not tensor.is_nested else made.is_nested
        assert tracer.calls[-1].outputs[0].library == "torch"


class Sub(torch.Tensor):
    """A subclass that keeps its class."""


def test_a_subclass_stays_one() -> None:
    x = torch.ones(3).as_subclass(Sub)
    with Tracer() as tracer:
        y = x * 2
    assert type(y) is Sub
    assert tracer.calls[-1].inputs[0].type.endswith("Sub")


def test_copies_autocast_and_random_numbers_are_as_ever() -> None:
    net = Net()
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    with Tracer() as tracer:
        drawn = torch.rand(3)
        other = copy.deepcopy(net)
        with torch.autocast("cpu", torch.bfloat16):
            low = other(torch.ones(2, 4))
        assert torch.is_grad_enabled()
    assert torch.equal(drawn, expected)
    assert low.dtype is torch.bfloat16
    assert "aten._to_copy.default" in {call.name for call in tracer.calls}


def test_hooks_run_as_often_as_ever() -> None:
    counts = []
    contexts: tuple[Any, ...] = (nullcontext(), Tracer())
    for context in contexts:
        fired: list[str] = []
        net, x = Net(), leaf()
        net.body.register_forward_hook(lambda *_, f=fired: f.append("forward"))
        net.body[0].register_full_backward_hook(lambda *_, f=fired: f.append("backward"))
        x.register_hook(lambda _, f=fired: f.append("tensor"))

        def packed(tensor: torch.Tensor, fired: list[str] = fired) -> torch.Tensor:
            fired.append("pack")
            return tensor

        pack = torch.autograd.graph.saved_tensors_hooks(packed, lambda tensor: tensor)
        with context, pack:
            net(x * 1).sum().backward()
        counts.append(fired)
    assert counts[0] == counts[1]


@pytest.mark.filterwarnings("ignore")
def test_compiled_pieces_run_inside() -> None:
    code = """
import torch, warnings
from tensorlab.dispatch.tracer import Tracer
warnings.simplefilter("ignore")
from torch._dynamo.backends.registry import lookup_backend
compiled = []
def backend(graph, examples):
    compiled.append(graph)
    return lookup_backend("aot_eager")(graph, examples)
fast = torch.compile(lambda x: (x.sin() * 2).sum(), backend=backend)
x = torch.ones(3, requires_grad=True)
assert fast(x).grad_fn.name() == "CompiledFunctionBackward"
for _ in range(10):
    with Tracer() as tracer:
        y = fast(x)
        assert y.grad_fn.name() == "CompiledFunctionBackward"
        y.backward()
assert torch.allclose(x.grad, 20 * torch.ones(3).cos())
print(len(tracer.calls) > 0, len(compiled))
whole = torch.compile(lambda x: x.sin() * 2, backend=backend, fullgraph=True)
with Tracer() as tracer:
    print(whole(x).grad_fn.name())
with Tracer() as tracer:
    y = torch.cond(torch.tensor(True), lambda x: x.sin(), lambda x: x.cos(), (x,))
    y.sum().backward()
assert torch.equal(y, x.sin())
print("cond" in [call.name for call in tracer.calls])
"""
    done = run_python(code)
    assert done.stdout.split() == ["True", "2", "CompiledFunctionBackward", "True"], done.stderr


@pytest.mark.parametrize("stack", [0, 512])
def test_a_deep_chain_is_freed_after_its_backward(stack: int) -> None:
    code = f"""
import threading, torch, tensorlab
def work(n):
    x = torch.ones(2, requires_grad=True)
    y = x
    with tensorlab.recording(values=False) as rec:
        for _ in range(n):
            y = y * 1.0
        y.sum().backward()
    del y
    print("freed", len(rec.tracer.events) > n)
if {stack}:
    threading.stack_size({stack} * 1024)
    thread = threading.Thread(target=work, args=(20_000,))
    thread.start(); thread.join()
else:
    work(50_000)
"""
    ran = run_python(code)
    assert ran.stdout.strip() == "freed True", ran.stderr


def test_tracers_that_live_are_known() -> None:
    tracer = Tracer()
    assert tracer in LIVING
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del tracer
    assert all(living is not None for living in LIVING)


UNREADABLE = """
x = torch.randn({n}, requires_grad=True); torch.sgn(x).sum().backward(); print(x.grad.shape == ({n},))
---
print(torch.func.hessian(lambda x: (x**3).sum())(torch.ones(3)).sum().item() == 18)
---
made = torch.func.jvp(lambda x: x.sgn(), (torch.ones({n}),), (torch.ones({n}),))[1]; print(made.shape == ({n},))
---
print(torch.func.jacfwd(lambda x: x.sgn())(torch.ones(3)).tolist() == [[0.0] * 3] * 3)
---
import torch.autograd.forward_ad as forward
with forward.dual_level():
    y = forward.make_dual(torch.ones({n}), torch.ones({n})).sgn(); print(y.tolist() == [1.0] * {n})
---
from torch._subclasses.fake_tensor import FakeTensorMode
with FakeTensorMode():
    print((torch.randn({n}) * 2).shape == ({n},))
---
from torch.fx.experimental.proxy_tensor import make_fx
for how in ("real", "fake", "symbolic"):
    make_fx(lambda x: (x * 2).add_(1).sum(), tracing_mode=how)(torch.randn({n}))
print(True)
---
x = torch.randn({n}); x.untyped_storage().resize_(0)
y = x.detach(); z = torch.ops.aten.alias(x); w = x.view(1, {n}); print(w.shape == (1, {n}))
---
from torch.masked import masked_tensor
x = masked_tensor(torch.ones({n}), torch.ones({n}).bool(), requires_grad=True); x.sum().backward()
print(x.grad is not None)
"""


@pytest.mark.parametrize("count", [5, 50])
def test_tensors_without_elements_in_memory_are_not_read(count: int) -> None:
    programs = UNREADABLE.format(n=count).split("---")
    lines = [
        "import torch, warnings",
        "warnings.simplefilter('ignore')",
        "from tensorlab.dispatch.tracer import Tracer",
    ]
    for program in programs:
        lines += ["with Tracer():", *(f"    {line}" for line in program.strip().splitlines())]
    done = run_python("\n".join(lines))
    assert done.stdout.split() == ["True"] * len(programs), done.stderr
