"""What torch says when it refuses a backward or a write, and the same in a sentence that says what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tensorlab.autograd.findings.record import Finding

if TYPE_CHECKING:
    from tensorlab.autograd.findings.record import Trouble


class _Refusal(NamedTuple):
    """A pattern in torch's words, and ours; groups of the pattern go into ours by their numbers."""

    pattern: str
    trouble: Trouble
    text: str
    cure: str = ""


_REFUSALS = (
    _Refusal(
        r"modified by an inplace operation(?:: \[(?P<kind>[^\]]*\]?)\])?",
        "overwritten",
        "a saved tensor was written before backward could read it",
        "write out of place there, or clone what is saved before it is written",
    ),
    _Refusal(
        r"backward through the graph a second time|directly access saved (?:tensors|variables) after they have already",
        "freed",
        "the graph was freed by a backward before",
        "build the graph anew for each backward (detach what is carried over), or give the first retain_graph=True",
    ),
    _Refusal(
        r"element \d+ of tensors does not require grad and does not have a grad_fn",
        "no graph",
        "the loss has no graph: nothing that requires grad leads to it",
        "",
    ),
    _Refusal(
        r"grad can be implicitly created only for scalar outputs",
        "not a scalar",
        "the loss has several values, and backward starts from one",
        "reduce it: loss.sum() or loss.mean(); or give a gradient of its shape",
    ),
    _Refusal(
        r"a view of a leaf Variable that requires grad is being used in an in-place operation",
        "leaf written",
        "a leaf that requires grad was written in place through a view of it, while gradients are recorded",
        "write it under torch.no_grad(), or into a clone of it",
    ),
    _Refusal(
        r"a leaf Variable that requires grad is being used in an in-place operation",
        "leaf written",
        "a leaf that requires grad was written in place while gradients are recorded",
        "write it under torch.no_grad(), or write out of place",
    ),
    _Refusal(
        r"Output (\d+) of (\w+) is a view and is being modified inplace",
        "gradient refused",
        r"output \1 of \2, one of several views that one call gave, was written in place",
        "write out of place, or index the tensor instead of splitting it",
    ),
    _Refusal(
        r"A view was created in (no_grad|inference) mode and (?:is being|its base)",
        "gradient refused",
        r"a view that was made under \1 was written while gradients are recorded",
        "make the view and write it both under no_grad, or both outside",
    ),
    _Refusal(
        r"Mismatch in shape: grad_output\[(\d+)\] has a shape of torch.Size\((\[.*?\])\) and output\[\d+\] has a "
        r"shape of torch.Size\((\[.*?\])\)",
        "gradient refused",
        r"backward was given a gradient of shape \2 for an output of shape \3",
        "give one of the output's shape",
    ),
    _Refusal(
        r"assign a gradient of size '(\[.*?\])' to a tensor of size '(\[.*?\])'",
        "gradient refused",
        r"grad was set to a tensor of shape \1; the tensor has shape \2",
        "give a gradient of the tensor's shape",
    ),
    _Refusal(
        r"assign a gradient with dtype '(\w+)' to a tensor with (?:grad_)?dtype '(\w+)'",
        "gradient refused",
        r"grad was set to a tensor of dtype \1; the tensor takes \2",
        "convert the gradient first",
    ),
    _Refusal(
        r"[Ff]unction (\w+) returned an invalid gradient at index (\d+) - (.+?)\.?$",
        "gradient refused",
        r"\1 gave a wrong gradient for its input \2: \3",
        "its backward must give each input a gradient of that input's shape, dtype and device",
    ),
    _Refusal(
        r"function (\w+) returned an incorrect number of gradients \(expected (\d+), got (\d+)\)",
        "gradient refused",
        r"backward of \1 gave \3 gradients; forward had \2 inputs",
        "return one gradient for each input of forward, None where there is none",
    ),
    _Refusal(
        r"differentiated Tensor(?:s| at index (\d+)) appears? to not have been used in the graph",
        "no graph",
        "a gradient was asked for a tensor that the output does not depend on",
        "give allow_unused=True, or ask why_no_grad where it was cut",
    ),
    _Refusal(
        r"One of the differentiated Tensors does not require grad",
        "no graph",
        "a gradient was asked for a tensor that does not require grad",
        "call requires_grad_() on it before the forward",
    ),
    _Refusal(
        r"Inference tensors cannot be saved for backward",
        "gradient refused",
        "a tensor made under inference_mode was used where gradients are recorded",
        "clone it, or make it under no_grad instead",
    ),
    _Refusal(
        r"Inplace update to inference tensor outside InferenceMode",
        "gradient refused",
        "a tensor made under inference_mode was written outside it",
        "clone it before it is written",
    ),
    _Refusal(
        r"Can't call numpy\(\) on Tensor that requires grad",
        "gradient refused",
        "a tensor that requires grad was asked for an array, which would leave the graph",
        "use x.detach().numpy(): nothing flows back through it",
    ),
    _Refusal(
        r"[Oo]nly Tensors of floating point (?:and complex )?dtype can require gradients",
        "gradient refused",
        "an integer tensor was asked to require grad",
        "convert it to a floating dtype first",
    ),
    _Refusal(
        r"you can only change requires_grad flags of leaf variables",
        "gradient refused",
        "requires_grad was changed on a tensor that was computed",
        "detach() it instead",
    ),
    _Refusal(
        r"Can't detach views in-place",
        "gradient refused",
        "detach_() was called on a view",
        "use detach()",
    ),
    _Refusal(
        r"(\w+)\(\): functions with out=\.\.\. arguments don't support automatic differentiation",
        "gradient refused",
        r"\1 was given out= while gradients are recorded",
        "leave out= away, or call it under no_grad",
    ),
)  # fmt: skip
"""The first that fits is taken."""


def refused(words: str, line: str = "") -> Finding | None:
    """What torch's words come to; None where they are none that is known.

    Args:
        words: Text of the exception.
        line: Where the user's code was.

    >>> print(refused("grad can be implicitly created only for scalar outputs", "train.py:9"))
    train.py:9: the loss has several values, and backward starts from one
    >>> refused("no such file") is None
    True
    """
    for refusal in _REFUSALS:
        match = re.search(refusal.pattern, words)
        if match:
            text = match.expand(refusal.text)
            return Finding(
                trouble=refusal.trouble, text=f"{line}: {text}" if line else text, cure=refusal.cure, line=line
            )
    return None


def versions_of(words: str) -> tuple[int, int] | None:
    """Version that torch expected and version that it found, of its words on a saved tensor that was written.

    >>> versions_of("... output 0 of Sigmoid, is at version 3; expected version 1 instead.")
    (1, 3)
    """
    match = re.search(r"is at version (\d+); expected version (\d+)", words)
    return (int(match[2]), int(match[1])) if match else None
