// The operations that can be chosen: their names in each library, their arguments, and the step that these make.
const tensorlabForms = (() => {
  "use strict";
  const MOST_DIGITS = 7;

  class Incomplete extends Error {}

  function integer(text, what) {
    const trimmed = text.trim();
    if (!/^[+-]?[0-9]+$/.test(trimmed))
      throw new Incomplete(
        `${what} is a whole number${trimmed ? `; got ${JSON.stringify(trimmed.slice(0, 20))}` : ""}`,
      );
    if (trimmed.replace(/^[+-]/, "").length > MOST_DIGITS)
      throw new Incomplete(`${what} has ${MOST_DIGITS} digits at most here`);
    return Number(trimmed) + 0;
  }

  function optional(text, what) {
    return text.trim() === "" || text.trim() === "None" ? null : integer(text, what);
  }

  function integers(text, what) {
    const inner = text
      .trim()
      .replace(/^[[(](.*)[\])]$/, "$1")
      .trim()
      .replace(/,$/, "");
    return inner === "" ? [] : inner.split(",").map((part) => integer(part, `each number of ${what}`));
  }

  function axes(layout, more = 0) {
    const names = tensorlabWords.letters(layout.shape.length);
    return Array.from({ length: layout.shape.length + more }, (_, axis) => {
      const size = axis < layout.shape.length ? ` (${names[axis]}, ${layout.shape[axis]} long)` : " (last)";
      return [`${axis}`, `${axis}${size}`];
    });
  }

  const axis = (key, label, first = () => 0) => ({
    key,
    label,
    kind: "choice",
    options: (layout) => axes(layout),
    first: (layout) => `${Math.max(0, first(layout))}`,
  });
  const text = (key, label, first, hint = () => "") => ({ key, label, kind: "text", first, hint });
  const total = (layout) => tensorlabStorages.count(layout.shape);
  const at = (v, key) => {
    if (v[key] === "" || v[key] === undefined) throw new Incomplete("there is no axis to choose");
    return Number(v[key]);
  };
  const sizeAt = (layout, v, key = "axis") => layout.shape[Number(v[key])] ?? 0;

  function swap(layout, v) {
    const order = layout.shape.map((_, n) => n);
    const [a, b] = [at(v, "first"), at(v, "second")];
    [order[a], order[b]] = [order[b], order[a]];
    return { op: "permute", axes: order };
  }

  function otherwise(layout) {
    const [n, m] = [layout.shape.length, total(layout)];
    return n > 1
      ? `${m}`
      : ([2, 3, 5, 7]
          .filter((p) => m % p === 0 && m > p)
          .slice(-1)
          .map((p) => `${m / p}, ${p}`)[0] ?? `${m}, 1`);
  }

  // Each: names by rules (null: that library has none), its fields, and the step from what stands in them.
  const FORMS = [
    {
      id: "transpose",
      torch: "transpose",
      numpy: "swapaxes",
      says: "Swaps two axes: their sizes and strides change places.",
      fields: [axis("first", "axis"), axis("second", "and axis", (l) => l.shape.length - 1)],
      step: swap,
    },
    {
      id: "permute",
      torch: "permute",
      numpy: "transpose",
      says: "Puts all axes in another order.",
      fields: [
        text(
          "axes",
          "axes in their new order",
          (l) =>
            l.shape
              .map((_, n) => n)
              .reverse()
              .join(", "),
          (l) => `each of 0 to ${l.shape.length - 1} once`,
        ),
      ],
      step: (l, v) => ({ op: "permute", axes: integers(v.axes, "the order") }),
    },
    {
      id: "slice",
      torch: "slice",
      numpy: "slice",
      says: "Keeps every step-th index: the stride is multiplied, the offset moves.",
      fields: [
        axis("axis", "axis"),
        text(
          "start",
          "start",
          () => "",
          (l, v) => `−${sizeAt(l, v)} to ${sizeAt(l, v)}, or empty`,
        ),
        text(
          "stop",
          "stop",
          () => "",
          (l, v) => `−${sizeAt(l, v)} to ${sizeAt(l, v)}, or empty`,
        ),
        text(
          "step",
          "step",
          () => "2",
          (_, __, rules) => (rules === "torch" ? "1 or more" : "not 0"),
        ),
      ],
      step: (_, v) => ({
        op: "slice",
        axis: at(v, "axis"),
        start: optional(v.start, "start"),
        stop: optional(v.stop, "stop"),
        step: optional(v.step, "step"),
      }),
    },
    {
      id: "select",
      torch: "select",
      numpy: "index",
      says: "Keeps one index of an axis: the axis goes, the offset moves.",
      fields: [
        axis("axis", "axis"),
        text(
          "index",
          "index",
          (l) => ((l.shape[0] ?? 0) > 1 ? "1" : "0"),
          (l, v) => (sizeAt(l, v) ? `−${sizeAt(l, v)} to ${sizeAt(l, v) - 1}` : "none: it is empty"),
        ),
      ],
      step: (_, v) => ({ op: "select", axis: at(v, "axis"), index: integer(v.index, "index") }),
    },
    {
      id: "expand",
      torch: "expand",
      numpy: "broadcast_to",
      says: "Repeats without copying: a stride of 0 reads the same bytes again.",
      fields: [
        text(
          "shape",
          "shape",
          (l) => [3, ...l.shape].join(", "),
          (_, __, rules) => `only sizes of 1 grow; new axes in front${rules === "torch" ? "; −1 keeps a size" : ""}`,
        ),
      ],
      step: (_, v) => ({ op: "expand", shape: integers(v.shape, "the shape") }),
    },
    {
      id: "reshape",
      torch: "reshape",
      numpy: "reshape",
      says: "The same elements in C order in another shape: a view where the strides allow it, else a copy.",
      fields: [text("shape", "shape", otherwise, (l) => `${total(l)} elements; −1 is worked out`)],
      step: (_, v) => ({ op: "reshape", shape: integers(v.shape, "the shape"), mode: "reshape" }),
    },
    {
      id: "view",
      torch: "view",
      numpy: null,
      says: "As reshape, but never a copy: an error where that would be needed.",
      fields: [text("shape", "shape", otherwise, (l) => `${total(l)} elements; −1 is worked out`)],
      step: (_, v) => ({ op: "reshape", shape: integers(v.shape, "the shape"), mode: "view" }),
    },
    {
      id: "reinterpret",
      torch: "view(dtype)",
      numpy: "view(dtype)",
      says: "Reads the same bytes as elements of another dtype.",
      fields: [
        {
          key: "dtype",
          label: "dtype",
          kind: "choice",
          first: (l) => (l.itemsize === 2 ? "uint8" : "int16"),
          options: (_, rules) =>
            [...tensorlabLimits.dtypes.values()]
              .filter((d) => tensorlabChain.knows(rules, d.name))
              .map((d) => [d.name, `${d.name}, ${tensorlabWords.plural(d.itemsize, "byte")}`]),
        },
      ],
      step: (_, v) => ({ op: "reinterpret", dtype: v.dtype }),
    },
    {
      id: "unsqueeze",
      torch: "unsqueeze",
      numpy: "expand_dims",
      says: "A new axis of size 1.",
      fields: [{ key: "axis", label: "before axis", kind: "choice", options: (l) => axes(l, 1), first: () => "0" }],
      step: (_, v) => ({ op: "insert_axis", axis: at(v, "axis") }),
    },
    {
      id: "squeeze",
      torch: "squeeze",
      numpy: "squeeze",
      says: "Drops axes of size 1.",
      fields: [
        {
          key: "axis",
          label: "axis",
          kind: "choice",
          options: (l) => [["all", "every one of size 1"], ...axes(l)],
          first: () => "all",
        },
      ],
      step: (_, v) => ({ op: "drop_axes", axes: v.axis === "all" ? null : [Number(v.axis)] }),
    },
    {
      id: "flip",
      torch: null,
      numpy: "flip",
      says: "Runs an axis backwards: its stride changes sign. torch has no negative strides, its flip copies.",
      fields: [axis("axis", "axis")],
      step: (_, v) => ({ op: "slice", axis: at(v, "axis"), start: null, stop: null, step: -1 }),
    },
    {
      id: "contiguous",
      torch: "contiguous",
      numpy: "ascontiguous",
      says: "Itself where it is contiguous, else a copy in C order.",
      fields: [],
      step: () => ({ op: "contiguous" }),
    },
    {
      id: "copy",
      torch: "clone",
      numpy: "copy",
      says: "Always a new block of memory, in C order.",
      fields: [],
      step: () => ({ op: "copy" }),
    },
  ];

  // What is meant by a form and its fields: {step}, or {words} that say what is missing.
  function read(form, layout, values) {
    try {
      return { step: form.step(layout, values), words: "" };
    } catch (error) {
      if (error instanceof Incomplete) return { step: null, words: error.message };
      throw error;
    }
  }

  return { FORMS, read };
})();
