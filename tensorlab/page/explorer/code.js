// A state as a program in torch or NumPy that anyone can run, and a step as the call that it is there.
const tensorlabCode = (() => {
  "use strict";
  const { tuple } = tensorlabWords;
  const COUNTABLE = /^(u?int(8|16|32|64)|float(32|64|16)|bfloat16)$/;

  function picked(axis, inside) {
    return axis < 0 ? `[..., ${inside}${", :".repeat(-axis - 1)}]` : `[${":, ".repeat(axis)}${inside}]`;
  }

  function sliced(step) {
    const [start, stop] = [step.start, step.stop].map((n) => n ?? "");
    return picked(step.axis, step.step === null ? `${start}:${stop}` : `${start}:${stop}:${step.step}`);
  }

  function dropped(axes) {
    if (axes === null) return ".squeeze()";
    return axes.length === 1 ? `.squeeze(${axes[0]})` : `.squeeze(${tuple(axes)})`;
  }

  // The two axes that a permutation swaps while the others stay; null where it does more, or nothing.
  function swapped(axes) {
    const moved = axes.filter((axis, at) => axis !== at);
    return moved.length === 2 && axes[moved[0]] === moved[1] ? [...moved].sort((a, b) => a - b) : null;
  }

  function permuted(axes, swap, order) {
    const pair = swapped(axes);
    return pair === null ? `x.${order}(${axes.join(", ") || "()"})` : `x.${swap}(${pair.join(", ")})`;
  }

  const TORCH = {
    permute: (s) => permuted(s.axes, "transpose", "permute"),
    slice: (s) => `x${sliced(s)}`,
    select: (s) => `x.select(${s.axis}, ${s.index})`,
    expand: (s) => `x.expand(${s.shape.join(", ") || "()"})`,
    reshape: (s) => `x.${s.mode}(${s.shape.join(", ") || "()"})`,
    insert_axis: (s) => `x.unsqueeze(${s.axis})`,
    drop_axes: (s) => `x${dropped(s.axes)}`,
    reinterpret: (s) => `x.view(torch.${s.dtype})`,
    contiguous: () => "x.contiguous()",
    copy: () => "x.clone(memory_format=torch.contiguous_format)",
  };
  const NUMPY = {
    permute: (s) => permuted(s.axes, "swapaxes", "transpose"),
    slice: (s) => `x${sliced(s)}`,
    select: (s) => `x${s.axis < 0 ? picked(s.axis, s.index) : picked(s.axis, `${s.index}, ...`)}`,
    expand: (s) => `np.broadcast_to(x, ${tuple(s.shape)})`,
    reshape: (s) => (s.mode === "view" ? `x.reshape(${tuple(s.shape)}, copy=False)` : `x.reshape(${tuple(s.shape)})`),
    insert_axis: (s) => `np.expand_dims(x, ${s.axis})`,
    drop_axes: (s) => `x${dropped(s.axes)}`,
    reinterpret: (s) => `x.view(np.${s.dtype === "bool" ? "bool_" : s.dtype})`,
    contiguous: () => 'np.asarray(x, order="C")',
    copy: () => "x.copy()",
  };

  // The call that a step is, on a tensor called x.
  function call(step, rules) {
    if (step.op === "by_hand") return byHand(step, rules);
    return (rules === "torch" ? TORCH : NUMPY)[step.op](step);
  }

  function byHand(numbers, rules) {
    const { shape, strides, offset, dtype } = numbers;
    if (rules === "numpy") {
      return `np.ndarray(${tuple(shape)}, ${named(dtype, rules)}, buffer=storage, offset=${offset}, strides=${tuple(strides)})`;
    }
    const size = tensorlabLimits.dtypes.get(dtype).itemsize;
    const steps = tuple(strides.map((n) => n / size));
    return `torch.empty(0, dtype=torch.${dtype}).set_(x.untyped_storage(), ${offset / size}, ${tuple(shape)}, ${steps})`;
  }

  function named(dtype, rules) {
    if (rules === "torch") return `torch.${dtype}`;
    return `np.${dtype === "bool" ? "bool_" : dtype}`;
  }

  function block(start, rules) {
    const size = tensorlabLimits.dtypes.get(start.dtype).itemsize;
    const library = rules === "torch" ? "torch" : "np";
    if (start.nbytes % size) return `${library}.zeros(${start.nbytes}, dtype=${library}.uint8)`;
    const count = start.nbytes / size;
    const make = COUNTABLE.test(start.dtype) ? "arange" : "zeros";
    return `${library}.${make}(${count}, dtype=${named(start.dtype, rules)})`;
  }

  function isPlain(start) {
    const size = tensorlabLimits.dtypes.get(start.dtype).itemsize;
    const total = tensorlabStorages.count(start.shape);
    const plain = tensorlabLink.contiguous(start.shape, size).every((n, axis) => n === start.strides[axis]);
    return total > 0 && plain && start.offset === 0 && start.nbytes === total * size;
  }

  function opening(start, rules, keeps) {
    if (isPlain(start) && !keeps) return [`x = ${block(start, rules)}.reshape(${tuple(start.shape)})`];
    const size = tensorlabLimits.dtypes.get(start.dtype).itemsize;
    const lines = [`storage = ${block(start, rules)}`];
    if (rules === "numpy") return [...lines, `x = ${byHand(start, rules)}`];
    if (start.nbytes % size) return [...lines, "x = storage", `x = ${byHand(start, rules)}`];
    const steps = tuple(start.strides.map((n) => n / size));
    return [...lines, `x = storage.as_strided(${tuple(start.shape)}, ${steps}, ${start.offset / size})`];
  }

  // The whole program; each line says what it was: a view, or a copy and its bytes.
  function program(state, stages) {
    const { rules } = state;
    const typedAt = state.steps.findLastIndex((step) => step.op === "by_hand");
    const lines = [rules === "torch" ? "import torch" : "import numpy as np", "", ...opening(state.start, rules, typedAt >= 0)];
    state.steps.forEach((step, at) => {
      const { outcome, storage } = stages[at + 1];
      const copied = outcome.kind === "copy";
      const note = copied ? `copy of ${storage.nbytes} B` : "view";
      lines.push(`x = ${call(step, rules)}  # ${note}`);
      if (copied && rules === "numpy" && at < typedAt) lines.push("storage = x");
    });
    return `${lines.join("\n")}\n`;
  }

  return { call, program };
})();
