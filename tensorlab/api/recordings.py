"""``recording``: what ran, with lines and modules, and what that tells when a backward fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from weakref import ref

from tensorlab.quantity import counted

if TYPE_CHECKING:
    from types import TracebackType

    import torch

    from tensorlab.autograd.findings.record import Check, GradVerdict, ModuleVerdict
    from tensorlab.autograd.record import Graph, Ledger
    from tensorlab.dispatch.backwards import Backward
    from tensorlab.dispatch.origins import Origin
    from tensorlab.dispatch.record import OpCall
    from tensorlab.dispatch.tracer import Tracer


class Recording:
    """What ran while it was entered: ``with tensorlab.recording() as rec``.

    It may be entered again, and goes on then. What runs is what torch runs under a mode that does nothing: the gradient
    of ``prod(dim)`` rounds differently there. No tensor is kept alive.

    >>> import torch, tensorlab
    >>> x = torch.ones(3, requires_grad=True)
    >>> with tensorlab.recording() as rec:
    ...     loss = (x * 2).sum()
    >>> [call.name for call in rec.calls]
    ['aten.mul.Tensor', 'aten.sum.default']
    """

    def __init__(self, tracer: Tracer, model: torch.nn.Module | None = None) -> None:
        self._model = (lambda: None) if model is None else ref(model)
        self.tracer = tracer
        """What watches: numbers of tensors, runs of sequence numbers."""
        self.failure: Check | None = None
        """Why a backward in the block raised, where one did and it left the block."""
        self._explained: dict[str, Check] = {}
        """Of what backwards in the block raised, by the first note that it was given."""

    def __repr__(self) -> str:
        return f"<tensorlab.Recording of {counted(len(self.tracer.events), 'call')}>"

    def __enter__(self) -> Self:
        self.tracer.__enter__()
        self.tracer.at_failure = self._explain
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.tracer.at_failure = None  # it holds the recording, which holds the tracer
        if error is not None:
            with self.tracer.quiet():
                self.failure = self._explain(error)
        self.tracer.__exit__(kind, error, traceback)

    def _explain(self, error: BaseException, run: Backward | None = None) -> Check | None:
        """Say in the notes of an exception where it came from; one that passes here again is not explained anew."""
        from tensorlab.autograd.failing import add_notes, explain_failure

        for note in getattr(error, "__notes__", ()):
            if note in self._explained:
                return self._explained[note]
        found = explain_failure(self.tracer, error, "" if run is None else run.line)
        if found is not None:
            add_notes(error, found)
            self._explained[str(found.findings[0])] = found
        return found

    @property
    def calls(self) -> tuple[OpCall, ...]:
        """The operators that ran, in order, forward and backward."""
        return self.tracer.calls

    def origin(self, sequence: int | None, name: str = "") -> Origin | None:
        """Line, module and call that made the node of a sequence number; None where that was not seen."""
        return self.tracer.origin(sequence, name)

    def graph(self, outputs: object, params: object = None, model: object = None, *, saved: bool = True) -> Graph:
        """As ``tensorlab.graph``; with lines and modules. Without a model, the recording's names the leaves."""
        from tensorlab.api.autograd_graphs import graph

        with self.tracer.quiet():
            return graph(outputs, params, self._model() if model is None else model, saved=saved)

    def saved(self, outputs: object, params: object = None, model: object = None) -> Ledger:
        """What backward keeps of the outputs' graph, with the lines that made it."""
        return self.graph(outputs, params, model).saved()

    def check(self, loss: torch.Tensor) -> Check:
        """What will make ``loss.backward()`` fail: the tensor that was saved, where, and who wrote it since."""
        from tensorlab.autograd.provenance import check

        _require_tensor(loss)
        with self.tracer.quiet():
            return check(self.tracer, loss)

    def why_no_grad(self, thing: Any, loss: Any = None) -> GradVerdict | ModuleVerdict:  # noqa: ANN401 - as the free one
        """As ``tensorlab.why_no_grad``; what no graph tells is known here."""
        from tensorlab.api.missing_gradients import recorded_why

        with self.tracer.quiet():
            return recorded_why(self.tracer, thing, loss)

    def find_nan(self, loss: torch.Tensor) -> Any:  # noqa: ANN401 - a record of nonfinite's
        """The first operator, forward or backward, that made a NaN or an infinity of finite inputs."""
        from tensorlab.autograd.nonfinite import find_nan

        _require_tensor(loss)
        return find_nan(self.tracer, loss)


def recording(model: Any = None, *, values: bool = True) -> Recording:  # noqa: ANN401 - torch is not loaded yet
    """Record what runs: ``with tensorlab.recording() as rec``.

    Each operator that runs in this thread becomes an ``OpCall`` with layouts, the module's path, the line that called
    it, versions before and after, and autograd's sequence numbers, in forward and backward. ``tensorlab.graph`` knows
    the line and the module of every node that was made in the block.

    Args:
        model: Whose modules have names; left out, a model is named when it is first called.
        values: Whether results are looked at for NaN and infinity: what ``find_nan`` asks for.

    Raises:
        UnsupportedError: The model is no module.
        UnavailableError: torch is not installed, or too old.

    >>> import torch, tensorlab
    >>> layer = torch.nn.Linear(2, 3)
    >>> with tensorlab.recording() as rec:
    ...     loss = layer(torch.ones(1, 2)).sum()
    >>> rec.calls[-1].name, rec.graph(loss, model=layer).node(4).module
    ('aten.sum.default', '')
    """
    from tensorlab.errors import UnavailableError, UnsupportedError

    try:
        from torch import nn

        from tensorlab.dispatch.tracer import Tracer
    except ModuleNotFoundError as error:
        raise UnavailableError(f"{error.name} is not installed", hint="pip install torch") from error
    if model is not None and not isinstance(model, nn.Module):
        raise UnsupportedError(f"a model is a torch.nn.Module; got {type(model).__name__}")
    from tensorlab.autograd.walking import walk

    tracer = Tracer(model, values=bool(values))
    tracer.guard = walk
    return Recording(tracer, model)


def _require_tensor(loss: object) -> None:
    from tensorlab.autograd.why import require_tensor

    require_tensor(loss, "the loss")
