// Views and operations as code.
(() => {
  "use strict";
  const { refuse, modulo, same, tuple, numel, nbytes, inElements, orderBreak, mergedStrides, apply } = tensorlabAlgebra;

  /*
   * A program that makes a view anew, in torch or NumPy:
   *
   *   asCode({rules, view, nbytes, ops}): the view over a fresh storage of so many bytes, then a line an operation.
   *   asCall(view, op, rules): what one operation is called there, on a view named x.
   *
   * Two operations more than `apply` knows: {op: "contiguous"}, which copies where it must, and
   * {op: "as_strided", view}, another view of the same storage.
   */

  const NUMPY_DTYPES = new Set(
    "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 complex64 complex128".split(" "),
  );
  const COUNTED = new Set(["int32", "int64", "float32", "float64"]);

  function dtypeWord({ name }, rules) {
    if (rules === "torch") return `torch.${name}`;
    if (!NUMPY_DTYPES.has(name)) refuse("TypeError", `NumPy has no dtype ${name}`);
    return `np.${name === "bool" ? "bool_" : name}`;
  }

  const listed = (numbers) => numbers.join(", ") || "()";
  const inBrackets = (axis, part, after) => `[${":, ".repeat(axis)}${part}${after ? ", ..." : ""}]`;

  function cut({ start, stop, step }) {
    const [first, last] = [start ?? "", stop ?? ""];
    return step === undefined || step === null ? `${first}:${last}` : `${first}:${last}:${step}`;
  }

  function swapped(axes) {
    const moved = axes.filter((axis, at) => axis !== at);
    return moved.length === 2 ? [...moved].sort((a, b) => a - b) : null;
  }

  /* Whether each axis is named once; what is refused is written as it came. */
  function isOrder(axes, ndim) {
    const named = axes.filter((axis) => axis >= -ndim && axis < ndim).map((axis) => modulo(axis, ndim));
    return axes.length === ndim && new Set(named).size === ndim;
  }

  function permuteCall(shape, axes, rules) {
    if (!isOrder(axes, shape.length)) return `x.${rules === "torch" ? "permute" : "transpose"}(${listed(axes)})`;
    const order = axes.map((axis) => modulo(axis, shape.length));
    if (shape.length === 2 && order[0] === 1) return rules === "torch" ? "x.t()" : "x.T";
    const pair = swapped(order);
    if (pair !== null) return `x.${rules === "torch" ? "transpose" : "swapaxes"}(${listed(pair)})`;
    return `x.${rules === "torch" ? "permute" : "transpose"}(${listed(order)})`;
  }

  const dropCall = (axes) => `x.squeeze(${axes === null ? "" : tuple(axes)})`;

  const CALLS = {
    torch: {
      permute: ({ shape }, op) => permuteCall(shape, op.axes, "torch"),
      slice: ({ shape }, op) => `x${inBrackets(modulo(op.axis, shape.length), cut(op), false)}`,
      select: (_, op) => `x.select(${op.axis}, ${op.index})`,
      expand: (_, op) => `x.expand(${listed(op.shape)})`,
      reshape: (_, op) => `x.${op.mode ?? "reshape"}(${listed(op.shape)})`,
      insert_axis: (_, op) => `x.unsqueeze(${op.axis})`,
      drop_axes: (_, op) => dropCall(op.axes ?? null),
      reinterpret: (_, op) => `x.view(${dtypeWord(op.dtype, "torch")})`,
      contiguous: () => "x.contiguous()",
      copy: () => "x.clone(memory_format=torch.contiguous_format)",
    },
    numpy: {
      permute: ({ shape }, op) => permuteCall(shape, op.axes, "numpy"),
      slice: ({ shape }, op) => `x${inBrackets(modulo(op.axis, shape.length), cut(op), false)}`,
      select: ({ shape }, op) => `x${inBrackets(modulo(op.axis, shape.length), op.index, shape.length === 1)}`,
      expand: (_, op) => `np.broadcast_to(x, ${tuple(op.shape)})`,
      reshape: (_, op) => `x.reshape(${tuple(op.shape)}${op.mode === "view" ? ", copy=False" : ""})`,
      insert_axis: ({ shape }, op) => `x${inBrackets(modulo(op.axis, shape.length + 1), "None", false)}`,
      drop_axes: (_, op) => dropCall(op.axes ?? null),
      reinterpret: (_, op) => `x.view(${dtypeWord(op.dtype, "numpy")})`,
      contiguous: () => 'np.asarray(x, order="C")',
      copy: () => "x.copy()",
    },
  };

  function asCall(view, op, rules) {
    if (op.op === "as_strided") return rules === "torch" ? torchStrided(op.view, "x") : numpyStrided(op.view, "storage");
    return CALLS[rules][op.op](view.layout, op);
  }

  function torchStrided({ layout, dtype }, source, kept) {
    const found = inElements(layout);
    if (found === null) refuse("RuntimeError", "torch counts strides and offsets in whole elements");
    if (found.strides.some((n) => n < 0)) refuse("RuntimeError", "torch has no negative strides");
    const [shape, strides] = [tuple(layout.shape), tuple(found.strides)];
    if (kept) return `${source}.as_strided(${shape}, ${strides}, ${found.offset})`;
    const empty = `torch.empty(0, dtype=${dtypeWord(dtype, "torch")})`;
    return `${empty}.set_(${source}.untyped_storage(), ${found.offset}, ${shape}, ${strides})`;
  }

  function numpyStrided({ layout, dtype }, source) {
    const [shape, strides] = [tuple(layout.shape), tuple(layout.strides)];
    const where = `buffer=${source}, offset=${layout.offset}, strides=${strides}`;
    return `np.ndarray(${shape}, ${dtypeWord(dtype, "numpy")}, ${where})`;
  }

  /* Numbers to tell apart, as wide as the dtype; bytes where the storage holds no whole number of them. */
  function storageCode({ dtype }, size, rules) {
    const [library, cast] = rules === "torch" ? ["torch", "to"] : ["np", "astype"];
    const bytes = (count) => `${library}.zeros(${count}, dtype=${library}.uint8)`;
    if (dtype.itemsize === 0 || size % dtype.itemsize) return bytes(size);
    const count = size / dtype.itemsize;
    const word = dtypeWord(dtype, rules);
    if ((dtype.lanes ?? 1) > 1 || dtype.name.endsWith("_x2")) return `${bytes(size)}.view(${word})`;
    if (COUNTED.has(dtype.name)) return `${library}.arange(${count}, dtype=${word})`;
    return `${library}.arange(${count}).${cast}(${word})`;
  }

  /* Whether reshaping all of a fresh storage gives this very layout. */
  function isReshaped(layout, size, rules) {
    const { shape, strides, offset, itemsize } = layout;
    if (offset || itemsize === 0 || shape.includes(0) || nbytes(layout) !== size) return false;
    const flat = { shape: [numel(layout)], strides: [itemsize], offset: 0, itemsize };
    return same(strides, same(shape, flat.shape) ? flat.strides : mergedStrides(flat, shape, rules));
  }

  function opening(view, size, rules, keeps) {
    const { layout, dtype } = view;
    const storage = storageCode(view, size, rules);
    if (!keeps && isReshaped(layout, size, rules)) {
      const flat = layout.shape.length === 1;
      return [`x = ${storage}${flat ? "" : `.reshape(${listed(layout.shape)})`}`];
    }
    const whole_ = dtype.itemsize > 0 && size % dtype.itemsize === 0;
    const made = rules === "torch" ? torchStrided(view, "storage", whole_) : numpyStrided(view, "storage");
    return [`storage = ${storage}`, `x = ${made}`];
  }

  function followed(view, op, rules) {
    if (op.op === "as_strided") return { kind: "view", view: op.view };
    if (op.op !== "contiguous") return apply(view, op, rules);
    return orderBreak(view.layout) === null ? { kind: "view", view } : apply(view, { op: "copy" }, rules);
  }

  function asCode({ rules, view, nbytes: size, ops }) {
    if (view.neg) refuse("UnsupportedError", "a neg bit is not written as code");
    const lastPlaced = ops.map(({ op }) => op).lastIndexOf("as_strided");
    const lines = [rules === "torch" ? "import torch" : "import numpy as np", ""];
    lines.push(...opening(view, size, rules, lastPlaced >= 0));
    if (view.conj) lines.push("x = x.conj()");
    let before = view;
    ops.forEach((op, at) => {
      const outcome = followed(before, op, rules);
      const made = outcome.kind === "copy" ? outcome.result : outcome.view;
      const note = outcome.kind === "copy" ? `copy of ${nbytes(made.layout)} B` : "view";
      lines.push(`x = ${asCall(before, op, rules)}  # ${note}`);
      if (outcome.kind === "copy" && at < lastPlaced && rules === "numpy") lines.push("storage = x");
      before = made;
    });
    return `${lines.join("\n")}\n`;
  }

  Object.assign(tensorlabAlgebra, { asCall, asCode });
})();
