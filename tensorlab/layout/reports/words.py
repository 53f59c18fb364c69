"""The sentences of the reports. Strides are told in elements where they are whole ones, else in bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tensorlab.layout.address import address, in_elements
from tensorlab.layout.record import Answer
from tensorlab.quantity import Quantity

if TYPE_CHECKING:
    from tensorlab.layout.record import Layout, Overlap
    from tensorlab.layout.reports.record import Contiguity, FormatBreak, FreeStride, LayoutReport


def index_words(index: tuple[int, ...]) -> str:
    """An index as it is written behind a name.

    >>> index_words((0, 1)), index_words(())
    ('[0,1]', '[]')
    """
    return f"[{','.join(map(str, index))}]"


def overlap_words(layout: Layout, found: Overlap) -> str:
    """Whether two indices of the layout meet, and how that was decided.

    >>> from tensorlab.layout.record import Layout, Overlap
    >>> overlap_words(Layout((2, 2), (4, 4), itemsize=4), Overlap(Answer.YES, "search", ((0, 1), (1, 0)), 4))
    '[0,1] and [1,0] are the same'
    >>> overlap_words(Layout((2,), (4,), itemsize=4), Overlap(Answer.NO, "nested strides"))
    'none (nested strides)'
    """
    if found.answer is Answer.UNKNOWN:
        return f"unknown ({found.cap})"
    if found.witness is None:
        return f"none ({found.method})"
    first, second = found.witness
    same = address(layout, first) == address(layout, second)
    return f"{index_words(first)} and {index_words(second)} {'are the same' if same else 'share bytes'}"


def share_words(part: int, whole: int) -> str:
    """A part in per cent of the whole.

    >>> share_words(60, 4000), share_words(1, 10**30), share_words(0, 0), share_words(8, 8)
    ('1.5%', '1e-28%', '0%', '100%')
    """
    return f"{100 * part / whole if whole else 0:.3g}%"


def layout_words(report: LayoutReport) -> str:
    """One line: the layout, and what it touches.

    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.layout.reports.numbers import report
    >>> layout_words(report(Layout((2, 3), (12, 4), itemsize=4)))
    '(2, 3), strides (3, 1), offset 0: 6 unique elements, 24 B of 24 B (100%), overlap none'
    """
    layout = report.layout
    whole = in_elements(layout)
    offset, strides = (layout.offset, layout.strides) if whole is None else whole
    unit = " B" if whole is None else ""
    kind = f"{report.dtype.name} " if report.dtype is not None else ""
    overlap = {Answer.YES: "yes", Answer.NO: "none", Answer.UNKNOWN: "unknown"}[report.overlap.answer]
    return (
        f"{kind}{layout.shape}, strides {strides}{unit}, offset {offset}{unit}: {used_words(report)}, overlap {overlap}"
    )


def used_words(report: LayoutReport) -> str:
    """How many positions are touched, and which part of the storage they are.

    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.layout.reports.numbers import report
    >>> used_words(report(Layout((3, 5), (280, 28), 92, 4), 4000))
    '15 unique elements, 60 B of 4000 B (1.5%)'
    """
    count = report.unique
    noun = ("byte" if report.unit != report.layout.itemsize else "element") + ("" if count == 1 else "s")
    used = count * report.unit
    bound = "" if report.exact else "at most "
    return f"{bound}{count} unique {noun}, {used} B of {report.nbytes} B ({share_words(used, report.nbytes)})"


def contiguity_words(found: Contiguity) -> str:
    """The sentences in one line.

    >>> from tensorlab.layout.memory_format import contiguity
    >>> from tensorlab.layout.record import Layout
    >>> contiguity_words(contiguity(Layout((2, 3), (4, 8), itemsize=4), "torch.Tensor"))
    'F order; stride[1]=2 breaks contiguous (needs 1)'
    """
    return "; ".join(contiguity_sentences(found))


def contiguity_sentences(found: Contiguity) -> list[str]:
    """The format it is in with the strides that are free, what breaks C order, and which formats hold at once.

    >>> from tensorlab.layout.memory_format import contiguity
    >>> from tensorlab.layout.record import Layout
    >>> contiguity_sentences(contiguity(Layout((2, 1, 3, 3), (9, 1, 3, 1)), "torch.Tensor"))
    ['contiguous; stride[1]=1 is free because size is 1 (canonical 9)', 'ambiguous: contiguous and channels_last']
    """
    if found.layout is None:
        return [found.doubt, *(f"{name}: {contiguity_words(part)}" for name, part in found.parts)]
    known = [name for name in found.formats if name != "F order"]
    several = [f"ambiguous: {' and '.join(known)}"] if len(known) > 1 else []
    if several and not found.free:
        return several
    words: list[str] = [(known or found.formats or ("not contiguous",))[0]]
    words += [break_words(found.layout, broken) for broken in found.breaks if broken.format == "contiguous"]
    words += [free_words(found.layout, free) for free in found.free]
    return ["; ".join(words), *several]


def break_words(layout: Layout, broken: FormatBreak) -> str:
    """The stride that breaks a format.

    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.layout.reports.record import FormatBreak
    >>> break_words(Layout((2, 3), (4, 8), itemsize=4), FormatBreak("contiguous", 1, 8, 4))
    'stride[1]=2 breaks contiguous (needs 1)'
    """
    stride, needed = stride_words(layout, broken.stride), stride_words(layout, broken.needed)
    return f"stride[{broken.axis}]={stride} breaks {broken.format} (needs {needed})"


def free_words(layout: Layout, free: FreeStride) -> str:
    """The stride that no element depends on.

    >>> from tensorlab.layout.record import Layout
    >>> from tensorlab.layout.reports.record import FreeStride
    >>> free_words(Layout((1, 3), (99, 1)), FreeStride(0, 99, 3))
    'stride[0]=99 is free because size is 1 (canonical 3)'
    """
    stride, canonical = stride_words(layout, free.stride), stride_words(layout, free.canonical)
    return f"stride[{free.axis}]={stride} is free because size is 1 (canonical {canonical})"


def stride_words(layout: Layout, stride: int) -> str:
    """A stride in elements where all of them are whole ones, else in bytes.

    >>> from tensorlab.layout.record import Layout
    >>> stride_words(Layout((2,), (8,), itemsize=4), 8), stride_words(Layout((2,), (5,), itemsize=4), 5)
    ('2', '5 B')
    """
    return str(Quantity(stride, "B")) if in_elements(layout) is None else str(stride // layout.itemsize)
