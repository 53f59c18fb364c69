"""What torch's errors about autograd mean, in plain words, and what to do about each."""

from __future__ import annotations

from textwrap import shorten

from tensorlab.memory.naming import reason

_LONGEST = 300
"""Characters of a sentence of torch's in one of ours."""

_REFUSALS: tuple[tuple[str, str], ...] = (
    (
        "a view of a leaf Variable that requires grad is being used in an in-place operation",
        (
            "this is a view of a leaf that requires a gradient, and shares its memory: it may not be written in place. "
            "Write under torch.no_grad(), or to a clone"
        ),
    ),
    (
        "a leaf Variable that requires grad is being used in an in-place operation",
        (
            "a leaf that requires a gradient may not be written in place: its old value would be lost. "
            "Write it under torch.no_grad(), as optimizers do, or write to a result of it (x * 1, x.clone())"
        ),
    ),
    (
        "Trying to backward through the graph a second time",
        (
            "backward has run through these nodes and freed what they saved. Run the forward again, "
            "detach() what is carried over from the last step, or call backward(retain_graph=True) the first time"
        ),
    ),
    (
        "has been modified by an inplace operation",
        (
            "a tensor that a node saved was written before backward came for it. "
            "Run it under tensorlab.recording(): it names the node, the write and both lines"
        ),
    ),
    (
        "does not require grad and does not have a grad_fn",
        (
            "the loss has no graph: nothing it was made of requires a gradient, or it was cut off by detach(), no_grad "
            "or an operation without a gradient. tensorlab.why_no_grad says which"
        ),
    ),
    (
        "grad can be implicitly created only for scalar outputs",
        "backward() alone starts from one number. Reduce the loss (sum, mean), or give a gradient of its shape",
    ),
    (
        "is a view and is being modified inplace. This view is the output of a function that returns multiple views",
        (
            "unbind, split and chunk give views that one node made together: none of them may be written in place. "
            "Index instead (x[0]), or write to a clone"
        ),
    ),
    (
        "is a view and is being modified inplace. This view was created inside a custom Function",
        (
            "what a custom Function gives back as a view may not be written in place: its backward would be bypassed. "
            "A module's full backward hook is such a Function: clone its input or output, or take ReLU(inplace=False)"
        ),
    ),
    (
        "A view was created in no_grad mode",
        (
            "this view was made under no_grad and its memory written outside of it: torch cannot know what is meant. "
            "Make the view and the write both inside no_grad, or both outside"
        ),
    ),
    (
        "A view was created in inference mode",
        "this view was made in inference mode: make it outside, or write to a clone",
    ),
    (
        "Inference tensors cannot be saved for backward",
        "a tensor made in inference mode takes part in a graph: clone() it, or make it under no_grad instead",
    ),
    (
        "Inplace update to inference tensor outside InferenceMode",
        "a tensor made in inference mode may not be written outside of it: clone() it first",
    ),
    (
        "requires_grad=True on inference tensor",
        "a tensor made in inference mode can require no gradient: clone() it first",
    ),
    (
        "can only change requires_grad flags of leaf variables",
        "this tensor is a result: it requires a gradient because what it was made of does. detach() it",
    ),
    (
        "only Tensors of floating point",
        "only floating and complex tensors have gradients: convert it with float() first",
    ),
    (
        "appears to not have been used in the graph",
        (
            "no path leads from the loss to this tensor: tensorlab.why_no_grad says where it ends. "
            "allow_unused=True takes None for its gradient"
        ),
    ),
    (
        "One of the differentiated Tensors does not require grad",
        "a gradient was asked of a tensor that does not require one: set requires_grad before it is used",
    ),
    (
        "marked with @once_differentiable",
        "this custom Function's backward is marked once_differentiable: no gradient of its gradient can be taken",
    ),
    (
        "returned an invalid gradient at index",
        "a custom Function's backward gave a gradient of another shape than the input it belongs to",
    ),
    (
        "returned an incorrect number of gradients",
        "a custom Function's backward must give one gradient, or None, for each argument of its forward",
    ),
    (
        "refers to a single memory location",
        "this tensor repeats its memory (expand, overlapping strides): clone() it before it is written",
    ),
    (
        "A different number of tensors was saved during the original forward and recomputation",
        "a checkpoint ran its forward again and it saved something else: it depends on what changed in between",
    ),
    (
        "Recomputed values for the following tensors have different metadata",
        "a checkpoint ran its forward again and got tensors of another shape or dtype: it depends on what changed",
    ),
    (
        "support the deepcopy protocol",
        "only leaves can be copied with their graph: copy the detach()ed tensor",
    ),
    (
        "on Tensor that requires grad. Use tensor.detach()",
        "an array would leave the graph in silence: say so with detach()",
    ),
)
"""A piece of what torch says, and what it means; the first that fits holds."""


def in_words(message: str) -> str | None:
    """What an error of autograd's means and what to do; None where it is not one that is known.

    >>> print(in_words("a leaf Variable that requires grad is being used in an in-place operation."))
    a leaf that requires a gradient may not be written in place: its old value would be lost. Write it under \
torch.no_grad(), as optimizers do, or write to a result of it (x * 1, x.clone())
    >>> in_words("division by zero") is None
    True
    """
    return next((words for piece, words in _REFUSALS if piece in message), None)


def first_sentence(error: BaseException) -> str:
    """The first sentence of what an error says; of a long one its beginning, to the end of a word.

    >>> first_sentence(RuntimeError("it was written [2.0]; version 1. Hint: look for it")), first_sentence(KeyError())
    ('it was written [2.0]; version 1', 'KeyError')
    >>> first_sentence(ValueError("word " * 99))[-11:]
    'word word …'
    """
    sentence = reason(error).partition(". ")[0]
    return sentence if len(sentence) <= _LONGEST else shorten(sentence, _LONGEST, placeholder=" …")
