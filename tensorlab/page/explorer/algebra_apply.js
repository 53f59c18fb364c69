// The operations: a view of a view, a copy with its reason, or a refusal.
(() => {
  "use strict";
  // prettier-ignore
  const {
    refuse, whole, add, times, modulo, quotient, product, range, same, tuple, checkIntegers, makeLayout,
    checkedLayout, makeView, numel, canonicalStrides, obstacle, mergedStrides, copyNeeded, obstacleWords, viewWords,
  } = tensorlabAlgebra;

  /* Operations. */

  const errorOf = (rules) => (rules === "torch" ? "RuntimeError" : "ValueError");

  function existing(axis, ndim) {
    if (axis < -ndim || axis >= ndim) refuse("IndexError", `axis ${axis} is outside the ${ndim} axes`);
    return modulo(axis, ndim);
  }

  function normal(axis, ndim, rules) {
    const count = rules === "torch" ? Math.max(ndim, 1) : ndim;
    const error = rules === "torch" ? "IndexError" : "AxisError";
    if (axis < -count || axis >= count) refuse(error, `axis ${axis} is outside the ${ndim} axes`);
    return modulo(axis, count);
  }

  function distinct(axes, ndim, rules) {
    const found = [];
    for (const asked of axes) {
      const axis = normal(asked, ndim, rules);
      if (found.includes(axis)) refuse(errorOf(rules), `axis ${axis} is named twice in ${tuple(axes)}`);
      found.push(axis);
    }
    return found;
  }

  const at = (view, shape, strides, offset) =>
    makeView(makeLayout(shape, strides, offset, view.layout.itemsize), view.dtype, view.conj, view.neg);
  const replaced = (numbers, axis, n) => numbers.map((old, k) => (k === axis ? n : old));
  const without = (numbers, axes) => numbers.filter((_, axis) => !axes.has(axis));

  function fresh(view, shape, rules) {
    const { itemsize } = view.layout;
    const empty = rules === "numpy" && shape.includes(0);
    const strides = empty ? shape.map(() => 0) : canonicalStrides(shape, itemsize);
    return makeView(makeLayout(shape, strides, 0, itemsize), view.dtype, false, false);
  }

  function permute(view, op, rules) {
    checkIntegers("axes", op.axes);
    const { shape, strides, offset } = view.layout;
    if (op.axes.length !== shape.length)
      refuse(errorOf(rules), `got ${op.axes.length} axes to permute, the view has ${shape.length}`);
    const axes = distinct(op.axes, shape.length, rules);
    return at(view, axes.map((a) => shape[a]), axes.map((a) => strides[a]), offset); // prettier-ignore
  }

  function slice(view, op, rules) {
    const ends = [op.start ?? null, op.stop ?? null];
    checkIntegers("axis, start, stop and step", [op.axis, ...ends, op.step ?? null].filter((n) => n !== null));
    const { shape, strides, offset } = view.layout;
    const axis = existing(op.axis, shape.length);
    const step = op.step ?? 1;
    if (step === 0) refuse("ValueError", "the step of a slice cannot be zero");
    if (step < 0 && rules === "torch") refuse("ValueError", `torch slices with steps greater than zero; got ${step}`);
    const cut = sliced(ends, step, shape[axis]);
    if (cut.size === 0 && rules === "numpy") [cut.start, cut.step] = [0, 1];
    const stride = strides[axis];
    const wider = replaced(strides, axis, times(stride, cut.step));
    return at(view, replaced(shape, axis, cut.size), wider, add(offset, times(cut.start, stride)));
  }

  /* As slice.indices of Python clips. */
  function sliced([start, stop], step, size) {
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const clipped = (n) => Math.min(Math.max(n < 0 ? n + size : n, low), high);
    const first = start === null ? (step > 0 ? low : high) : clipped(start);
    const last = stop === null ? (step > 0 ? high : low) : clipped(stop);
    const apart = step > 0 ? last - first : first - last;
    return { start: first, step, size: apart > 0 ? quotient(apart - 1, Math.abs(step)) + 1 : 0 };
  }

  function select(view, op) {
    checkIntegers("axis and index", [op.axis, op.index]);
    const { shape, strides, offset } = view.layout;
    const axis = existing(op.axis, shape.length);
    const size = shape[axis];
    if (op.index < -size || op.index >= size)
      refuse("IndexError", `index ${op.index} is outside axis ${axis} of size ${size}`);
    const gone = new Set([axis]);
    return at(view, without(shape, gone), without(strides, gone), add(offset, times(modulo(op.index, size), strides[axis])));
  }

  function expand(view, op, rules) {
    checkIntegers("shape", op.shape);
    const old = view.layout.shape;
    const new_ = op.shape.length - old.length;
    if (new_ < 0) {
      const fewer = `shape ${tuple(op.shape)} has fewer axes than the ${old.length} of ${tuple(old)}`;
      refuse(errorOf(rules), fewer);
    }
    const present = [...new Array(new_).fill(null), ...old];
    const keep = rules === "torch" ? -1 : null;
    const shape = op.shape.map((n, axis) => (n === keep && present[axis] !== null ? present[axis] : n));
    shape.forEach((n, axis) => {
      const here = present[axis];
      if (n < 0) refuse(errorOf(rules), `axis ${axis} cannot be expanded to size ${n}`);
      if (here !== null && here !== 1 && here !== n)
        refuse(errorOf(rules), `axis ${axis} has size ${here}, and only size 1 expands; got ${n}`);
    });
    const strides = rules === "torch" ? torchExpanded(view.layout, shape) : numpyExpanded(view.layout, new_);
    return at(view, shape, strides, view.layout.offset);
  }

  function torchExpanded(layout, shape) {
    if (!layout.shape.length) return shape.map(() => 0);
    const more = shape.length - layout.shape.length;
    const strides = shape.map((n, k) => (k >= more && n === layout.shape[k - more] ? layout.strides[k - more] : 0));
    for (let axis = more - 1; axis >= 0; axis -= 1)
      if (shape[axis] === 1) strides[axis] = times(shape[axis + 1], strides[axis + 1]);
    return strides;
  }

  const numpyExpanded = ({ shape, strides }, more) => [
    ...new Array(more).fill(0),
    ...strides.map((s, axis) => (shape[axis] === 1 ? 0 : s)),
  ];

  function reshape(view, op, rules) {
    checkIntegers("shape", op.shape);
    const mode = op.mode ?? "reshape";
    if (mode !== "view" && mode !== "reshape")
      refuse("LayoutError", `mode must be one of view, reshape; got '${mode}'`);
    const { layout } = view;
    const shape = inferred(op.shape, numel(layout), rules);
    if (rules === "numpy" && same(op.shape, layout.shape)) return view;
    const found = obstacle(layout, shape);
    if (found === null) return at(view, shape, mergedStrides(layout, shape, rules), layout.offset);
    const needed = copyNeeded("axes", fresh(view, shape, rules), found);
    return mode === "reshape"
      ? needed
      : refuse(errorOf(rules), `no view has shape ${tuple(shape)}; ${obstacleWords(layout.itemsize, found)}`);
  }

  function inferred(shape, count, rules) {
    const wild = range(shape.length).filter((axis) => shape[axis] < 0);
    if (rules === "torch" && shape.some((n) => n < -1))
      refuse(errorOf(rules), `a size is 0 or more, or -1 to have it inferred; got ${tuple(shape)}`);
    if (wild.length > 1) refuse(errorOf(rules), `only one size can be inferred; got ${tuple(shape)}`);
    const known = product(shape.filter((n) => n >= 0));
    if (!wild.length) {
      if (known !== count) refuse(errorOf(rules), `shape ${tuple(shape)} does not hold ${count} elements`);
      return shape;
    }
    if (known === 0 || count % known) {
      const why = known === 0 && count === 0 ? "could be anything" : `cannot make ${count} elements`;
      refuse(errorOf(rules), `the open size of ${tuple(shape)} ${why}`);
    }
    return replaced(shape, wild[0], count / known);
  }

  function insertAxis(view, op, rules) {
    checkIntegers("axis", [op.axis]);
    const { shape, strides, offset, itemsize } = view.layout;
    const axis = normal(op.axis, shape.length + 1, rules);
    const behind = axis < shape.length ? times(shape[axis], strides[axis]) : itemsize;
    const stride = rules === "torch" ? behind : 0;
    const put = (numbers, n) => [...numbers.slice(0, axis), n, ...numbers.slice(axis)];
    return at(view, put(shape, 1), put(strides, stride), offset);
  }

  function dropAxes(view, op, rules) {
    const asked = op.axes ?? null;
    checkIntegers("axes", asked ?? []);
    const { shape, strides, offset } = view.layout;
    let gone = new Set(range(shape.length).filter((axis) => shape[axis] === 1));
    if (asked !== null) {
      const axes = distinct(asked, shape.length, rules);
      const other = axes.filter((axis) => !gone.has(axis));
      if (other.length && rules === "numpy")
        refuse("ValueError", `only axes of size 1 can be dropped; axis ${other[0]} is larger or empty`);
      gone = new Set(axes.filter((axis) => gone.has(axis)));
    }
    return at(view, without(shape, gone), without(strides, gone), offset);
  }

  function reinterpret(view, op, rules) {
    const { dtype } = op;
    if (dtype === null || typeof dtype !== "object" || typeof dtype.name !== "string")
      refuse("LayoutError", `a dtype is needed; got ${JSON.stringify(dtype ?? null)}`);
    checkIntegers("itemsize", [dtype.itemsize]);
    if (view.conj || view.neg)
      refuse(errorOf(rules), "a conj or neg bit must be applied before the bytes are read as another dtype");
    if (rules === "numpy" && view.dtype.name !== dtype.name && (holdsPointers(view.dtype) || holdsPointers(dtype)))
      refuse("TypeError", "the bytes of pointers to objects are read as nothing else");
    const why = hindrance(view.layout, dtype, rules);
    if (why !== null) refuse(errorOf(rules), why);
    return makeView(reread(view.layout, dtype.itemsize), dtype, false, false);
  }

  const holdsPointers = (dtype) =>
    dtype.kind === "object" || (dtype.fields ?? []).some(([, inner]) => holdsPointers(inner));

  function hindrance({ shape, strides, offset, itemsize: old }, { name, itemsize: size }, rules) {
    if (size === old) return null;
    if (!shape.length) return `a view without axes keeps its itemsize; ${name} has ${size} B, not ${old} B`;
    if (size === 0 || (size < old && old % size))
      return `an element of ${old} B is no whole number of ${name} of ${size} B`;
    const [n, stride] = [shape[shape.length - 1], strides[strides.length - 1]];
    if (stride !== old && (rules === "torch" || (n !== 1 && !shape.includes(0)))) {
      const apart = `its stride is ${stride} B, not ${old} B`;
      return `the elements of the last axis must touch to be read as ${name}: ${apart}`;
    }
    if (times(n, old) % size) {
      const bytes = `the ${n} elements of the last axis are ${n * old} B`;
      return `${bytes}, no whole number of ${name} of ${size} B`;
    }
    if (rules !== "torch") return null;
    const named = [["the offset", offset], ...strides.slice(0, -1).map((s, axis) => [`stride[${axis}]`, s])];
    const found = named.find(([, number]) => number % size);
    return found ? `${found[0]}, ${found[1]} B, is no whole number of ${name} of ${size} B` : null;
  }

  function reread(layout, itemsize) {
    if (itemsize === layout.itemsize) return layout;
    const { shape, strides, offset } = layout;
    const last = times(shape[shape.length - 1], layout.itemsize) / itemsize;
    return makeLayout([...shape.slice(0, -1), last], [...strides.slice(0, -1), itemsize], offset, itemsize);
  }

  const copy = (view, _op, rules) => copyNeeded("always", fresh(view, view.layout.shape, rules), null);

  const TABLE = {
    permute,
    slice,
    select,
    expand,
    reshape,
    insert_axis: insertAxis,
    drop_axes: dropAxes,
    reinterpret,
    copy,
  };

  function apply(view, op, rules) {
    if (rules !== "torch" && rules !== "numpy") refuse("UnsupportedError", "rules are torch's or numpy's");
    if (!Object.hasOwn(TABLE, op.op)) refuse("UnsupportedError", `no operation is called ${JSON.stringify(op.op)}`);
    const checked = makeView(checkedLayout(view.layout), view.dtype, view.conj, view.neg);
    const outcome = TABLE[op.op](checked, op, rules);
    return outcome.kind === "copy" ? outcome : { kind: "view", view: outcome, text: viewWords(outcome) };
  }

  Object.assign(tensorlabAlgebra, { apply });
})();
