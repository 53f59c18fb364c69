"use strict";
/*
 * The algebra of layouts a second time, for the explorer: the same answers and the same sentences as tensorlab's Python,
 * which tests/page/explorer/test_algebra.py holds it to on random cases. No dependencies, no page: integers and words.
 *
 *   layout = {shape: [...], strides: [... in bytes], offset: bytes, itemsize: bytes}
 *   view   = {layout, dtype: {name, itemsize, kind}, conj: false, neg: false}
 *   op     = {op: "permute", axes} | {op: "slice", axis, start, stop, step} | {op: "select", axis, index}
 *          | {op: "expand", shape} | {op: "reshape", shape, mode} | {op: "insert_axis", axis} | {op: "drop_axes", axes}
 *          | {op: "reinterpret", dtype} | {op: "copy"}
 *
 * Nothing throws: what cannot be answered is {kind: "refused", error, message, text}. Numbers are whole; where one would
 * pass 2**53, beyond which JavaScript rounds, the answer is such a refusal.
 */
globalThis.tensorlabAlgebra = (() => {
  const MOST_CELLS = 2 ** 16; // elements or cells that are walked one by one
  const MOST_FOUND = 1000; // indices that are listed
  const MOST_STEPS = 200_000; // of a search
  const AXIS_LETTERS = "ijklmnpqrstuvw";
  const ORDER_WORDS = {
    C: "C (row-major)",
    F: "F (column-major)",
    channels_last: "channels_last",
    channels_last_3d: "channels_last_3d",
  };
  const FASTEST_FIRST = { channels_last: [1, 3, 2, 0], channels_last_3d: [1, 4, 3, 2, 0] };

  /* Refusals. They are thrown inside, and handed over at the border. */

  class Refusal extends Error {
    constructor(error, message) {
      super(message);
      this.error = error;
    }
  }

  const refusal = (error, message) => ({ kind: "refused", error, message, text: `${error}: ${message}` });
  const refuse = (error, message) => {
    throw new Refusal(error, message);
  };

  function guarded(work) {
    return (...given) => {
      try {
        return work(...given);
      } catch (thrown) {
        if (thrown instanceof Refusal) return refusal(thrown.error, thrown.message);
        return refusal("UnsupportedError", `this cannot be read: ${thrown.message}`);
      }
    };
  }

  /* Whole numbers. */

  function whole(n) {
    if (!Number.isSafeInteger(n)) refuse("OverflowError", "a number beyond 2**53, which JavaScript cannot count to");
    return n + 0; // -0 becomes 0
  }
  const add = (a, b) => whole(a + b);
  const times = (a, b) => whole(a * b);
  const modulo = (a, n) => (((a % n) + n) % n) + 0;
  const quotient = (a, n) => (a - modulo(a, n)) / n + 0;
  const sum = (numbers) => numbers.reduce(add, 0);
  const product = (numbers) => (numbers.includes(0) ? 0 : numbers.reduce(times, 1));
  const gcd = (a, b) => (b === 0 ? Math.abs(a) : gcd(b, a % b));
  const range = (n) => Array.from({ length: n }, (_, k) => k);
  const same = (a, b) => a.length === b.length && a.every((n, k) => n === b[k]);

  /* Words. */

  const tuple = (numbers) => (numbers.length === 1 ? `(${numbers[0]},)` : `(${numbers.join(", ")})`);
  const axisNames = (ndim) =>
    ndim <= AXIS_LETTERS.length ? AXIS_LETTERS.slice(0, ndim).split("") : range(ndim).map((axis) => `i${axis}`);

  /* What comes in. */

  function checkIntegers(what, numbers) {
    if (!Array.isArray(numbers)) refuse("LayoutError", `${what} must be a list; got ${JSON.stringify(numbers)}`);
    for (const n of numbers) {
      if (!Number.isInteger(n)) refuse("LayoutError", `${what} must be integers; got ${JSON.stringify(n)}`);
      whole(n);
    }
  }

  function makeLayout(shape, strides, offset, itemsize) {
    const layout = { shape: shape.map(whole), strides: strides.map(whole), offset: whole(offset), itemsize };
    if (shape.some((n) => n < 0)) refuse("LayoutError", `a size cannot be negative; got shape ${tuple(shape)}`);
    if (offset < 0 || itemsize < 0)
      refuse("LayoutError", `offset and itemsize cannot be negative; got offset ${offset}, itemsize ${itemsize}`);
    return layout;
  }

  function checkedLayout(layout) {
    checkIntegers("shape", layout.shape);
    checkIntegers("strides", layout.strides);
    checkIntegers("offset and itemsize", [layout.offset, layout.itemsize]);
    const { shape, strides } = layout;
    if (shape.length !== strides.length) {
      const plural = strides.length === 1 ? "stride" : "strides";
      const got = `got ${strides.length} ${plural} for the ${shape.length} axes of shape ${tuple(shape)}`;
      refuse("LayoutError", got);
    }
    return makeLayout(shape, strides, layout.offset, layout.itemsize);
  }

  function makeView(layout, dtype, conj, neg) {
    if (layout.itemsize !== dtype.itemsize)
      refuse("LayoutError", `layout has itemsize ${layout.itemsize}, dtype ${dtype.name} has ${dtype.itemsize}`);
    if (conj && dtype.kind !== "complex")
      refuse("LayoutError", `only a complex view can be conjugated; got dtype ${dtype.name}`);
    return { layout, dtype, conj: Boolean(conj), neg: Boolean(neg) };
  }

  const onLayout = (work) => guarded((layout, ...given) => work(checkedLayout(layout), ...given));

  /* Arithmetic on shapes. */

  const numel = (layout) => product(layout.shape);
  const nbytes = (layout) => times(numel(layout), layout.itemsize);

  function axesBySpeed(ndim, order) {
    if (order === "C") return range(ndim).reverse();
    if (order === "F") return range(ndim);
    const axes = Object.hasOwn(FASTEST_FIRST, order) ? FASTEST_FIRST[order] : null;
    if (axes === null || axes.length !== ndim)
      refuse("LayoutError", `order '${order}' does not exist for ${ndim} axes`);
    return axes;
  }

  function canonicalStrides(shape, itemsize) {
    const strides = shape.map(() => 0);
    let step = itemsize;
    for (const axis of axesBySpeed(shape.length, "C")) {
      strides[axis] = step;
      step = times(step, Math.max(shape[axis], 1));
    }
    return strides;
  }

  /* Addresses. */

  function inElements({ strides, offset, itemsize }) {
    if (itemsize === 0 || [offset, ...strides].some((n) => n % itemsize)) return null;
    return { offset: offset / itemsize, strides: strides.map((s) => s / itemsize + 0) };
  }

  function address(layout, index) {
    checkIntegers("index", index);
    const { shape } = layout;
    if (index.length !== shape.length) {
      const had = `index ${tuple(index)} has ${index.length} axes, the shape ${tuple(shape)} has ${shape.length}`;
      refuse("OutOfBoundsError", had);
    }
    return index.reduce((total, i, axis) => {
      const n = shape[axis];
      if (i < -n || i >= n) refuse("OutOfBoundsError", `index ${i} is outside axis ${axis} of size ${n}`);
      return add(total, times(modulo(i, n), layout.strides[axis]));
    }, layout.offset);
  }

  function extent(layout) {
    const { shape, strides, offset, itemsize } = layout;
    if (shape.includes(0)) return { start: offset, stop: offset };
    const reach = shape.map((n, axis) => times(n - 1, strides[axis]));
    const start = add(offset, sum(reach.filter((r) => r < 0)));
    return { start, stop: add(add(offset, sum(reach.filter((r) => r > 0))), itemsize) };
  }

  function fits(layout, size) {
    checkIntegers("bytes", [size]);
    const { start, stop } = extent(layout);
    return start >= stop || (start >= 0 && stop <= size);
  }

  function formula(layout, unit = "elements") {
    const numbers = unit === "bytes" ? layout : inElements(layout);
    if (numbers === null) {
      const { strides, offset, itemsize } = layout;
      const these = `strides ${tuple(strides)} and offset ${offset}`;
      refuse("LayoutError", `${these} are not multiples of the itemsize ${itemsize}`);
    }
    const names = axisNames(numbers.strides.length);
    const terms = numbers.strides.map((s, axis) => ` ${s < 0 ? "-" : "+"} ${Math.abs(s)}*${names[axis]}`);
    return `address(${names.join(",")}) = ${numbers.offset}${terms.join("")}`;
  }

  function addresses(layout) {
    if (numel(layout) === 0) return [];
    if (numel(layout) > MOST_CELLS) refuse("OverflowError", `more than ${MOST_CELLS} elements are not listed`);
    let starts = [layout.offset];
    layout.shape.forEach((n, axis) => {
      const steps = range(n).map((k) => times(k, layout.strides[axis]));
      starts = starts.flatMap((start) => steps.map((step) => add(start, step)));
    });
    return starts;
  }

  /* Every index whose element starts at that byte: the axes of larger strides first, as in Python. */
  function indices(layout, byte, most = MOST_FOUND) {
    checkIntegers("byte", [byte]);
    if (layout.shape.includes(0)) return [];
    const axes = range(layout.shape.length)
      .filter((axis) => layout.shape[axis] > 1)
      .sort((a, b) => Math.abs(layout.strides[b]) - Math.abs(layout.strides[a]));
    const after = [{ low: 0, high: 0, common: 0 }];
    for (const axis of [...axes].reverse()) {
      const [{ low, high, common }] = after;
      const reach = times(layout.shape[axis] - 1, layout.strides[axis]);
      const wider = { low: add(low, Math.min(reach, 0)), high: add(high, Math.max(reach, 0)) };
      after.unshift({ ...wider, common: gcd(common, layout.strides[axis]) });
    }
    const found = [];
    const index = layout.shape.map(() => 0);
    let steps = 0;
    const search = (at, rest) => {
      if (++steps > MOST_STEPS) refuse("OverflowError", `the search takes more than ${MOST_STEPS} steps`);
      const { low, high, common } = after[at];
      if (found.length >= most || rest < low || rest > high || (common ? rest % common : rest)) return;
      if (at === axes.length) {
        found.push([...index]);
        return;
      }
      const [stride, n, behind] = [layout.strides[axes[at]], layout.shape[axes[at]], after[at + 1]];
      const ends = stride > 0 ? [rest - behind.high, rest - behind.low] : [behind.low - rest, behind.high - rest];
      const first = stride ? Math.max(0, -quotient(-ends[0], Math.abs(stride))) : 0;
      const last = stride ? Math.min(n - 1, quotient(ends[1], Math.abs(stride))) : n - 1;
      for (let k = first; k <= last && found.length < most; k += 1) {
        index[axes[at]] = k;
        search(at + 1, rest - k * stride);
      }
      index[axes[at]] = 0;
    };
    search(0, add(byte, -layout.offset));
    return found;
  }

  /* Facts. */

  function orderBreak(layout, order = "C") {
    const axes = axesBySpeed(layout.shape.length, order);
    if (layout.shape.includes(0) && (order === "C" || order === "F")) return null;
    let needed = layout.itemsize;
    for (const axis of axes) {
      if (layout.shape[axis] === 1) continue;
      if (layout.strides[axis] !== needed) return { axis, stride: layout.strides[axis], needed };
      needed = times(needed, layout.shape[axis]);
    }
    return null;
  }

  function contiguousOrders(layout) {
    const more = { 4: ["channels_last"], 5: ["channels_last_3d"] }[layout.shape.length] ?? [];
    return ["C", "F", ...more].filter((order) => orderBreak(layout, order) === null);
  }

  const broadcastAxes = ({ shape, strides }) => range(shape.length).filter((k) => shape[k] > 1 && strides[k] === 0);

  const bySteps = ({ shape, strides }) =>
    range(shape.length)
      .filter((axis) => shape[axis] > 1)
      .map((axis) => ({ step: Math.abs(strides[axis]), n: shape[axis], axis }))
      .sort((a, b) => a.step - b.step);

  function isDense(layout) {
    if (layout.shape.includes(0)) return true;
    let needed = layout.itemsize;
    for (const { step, n } of bySteps(layout)) {
      if (step !== needed) return false;
      needed = times(needed, n);
    }
    return true;
  }

  function coverage(layout) {
    if (layout.shape.includes(0) || layout.itemsize === 0) return "once";
    let [reach, previous, nested] = [layout.itemsize, 0, true];
    for (const { step, n } of bySteps(layout)) {
      if (step < layout.itemsize || step === previous) return "reused";
      nested = nested && step >= reach;
      [reach, previous] = [add(reach, times(n - 1, step)), step];
    }
    return nested ? "once" : "undecided";
  }

  function orderWords(layout) {
    const orders = contiguousOrders(layout);
    if (orders.length) return `contiguous in ${orders.map((order) => ORDER_WORDS[order]).join(" and ")}`;
    const names = axisNames(layout.shape.length);
    const repeated = broadcastAxes(layout).map((axis) => names[axis]);
    if (repeated.length) return `not contiguous: axis ${repeated.join(" and ")} repeats the same bytes (stride 0)`;
    const upright = contiguousOrders({ ...layout, strides: layout.strides.map(Math.abs) });
    const order = upright[0] ?? "C";
    const { axis, stride, needed } = orderBreak(layout, order);
    const words = `axis ${names[axis]} has stride ${stride} B, ${order} order needs ${needed} B`;
    const dense = isDense(layout) ? "dense but permuted" : "not contiguous";
    return `${upright.length ? "dense but reversed" : dense}: ${words}`;
  }

  /* Whether two indices share a byte: by what is quick, then by walking all elements. */
  function selfOverlap(layout) {
    if (layout.shape.includes(0) || layout.itemsize === 0) return overlapNo();
    const axes = bySteps(layout);
    const steps = touching(layout, axes);
    if (steps !== null) return pair(layout, steps);
    if (stepsOver(layout, axes)) return overlapNo();
    const { start, stop } = extent(layout);
    if (stop - start > MOST_CELLS) {
      const cap = `elements over more than ${MOST_CELLS} bytes are not compared`;
      return { answer: "unknown", witness: null, byte: null, cap };
    }
    return walked(layout, start, stop);
  }

  const overlapNo = () => ({ answer: "no", witness: null, byte: null, cap: null });
  const overlapYes = (witness, byte) => ({ answer: "yes", witness, byte, cap: null });

  function touching(layout, axes) {
    let before = { step: -1, axis: -1 };
    for (const { step, axis } of axes) {
      if (step < layout.itemsize) return new Map([[axis, 1]]);
      if (step === before.step) {
        const sameWay = layout.strides[axis] === layout.strides[before.axis];
        return new Map([[before.axis, 1], [axis, sameWay ? -1 : 1]]); // prettier-ignore
      }
      before = { step, axis };
    }
    return null;
  }

  function stepsOver(layout, axes) {
    let reach = layout.itemsize;
    for (const { step, n } of axes) {
      if (step < reach) return false;
      reach = add(reach, times(step, n - 1));
    }
    return true;
  }

  function pair(layout, steps) {
    const [, leads] = [...steps].sort((a, b) => a[0] - b[0])[0];
    const apart = layout.shape.map((_, axis) => (steps.get(axis) ?? 0) * (leads > 0 ? 1 : -1) + 0);
    const here = apart.map((n) => Math.max(0, -n));
    const there = here.map((i, axis) => i + apart[axis]);
    return overlapYes([here, there], Math.max(address(layout, here), address(layout, there)));
  }

  /* No more elements than bytes are walked before two of them must have met. */
  function walked(layout, low, high) {
    const owner = new Int32Array(high - low).fill(-1);
    const index = layout.shape.map(() => 0);
    let byte = layout.offset;
    for (let position = 0; ; position += 1) {
      for (let covered = byte; covered < byte + layout.itemsize; covered += 1) {
        const first = owner[covered - low];
        if (first >= 0) return overlapYes([unravel(layout.shape, first), [...index]], covered);
        owner[covered - low] = position;
      }
      let axis = layout.shape.length - 1;
      while (axis >= 0 && index[axis] === layout.shape[axis] - 1) {
        byte -= index[axis] * layout.strides[axis];
        index[axis] = 0;
        axis -= 1;
      }
      if (axis < 0) return overlapNo();
      index[axis] += 1;
      byte += layout.strides[axis];
    }
  }

  function unravel(shape, position) {
    const index = shape.map(() => 0);
    for (const axis of range(shape.length).reverse()) {
      index[axis] = modulo(position, shape[axis]);
      position = quotient(position, shape[axis]);
    }
    return index;
  }

  /* The storage as cells, and how many elements cover each: an axis after the other is spread over the cells. */
  function usage(layout, size) {
    checkIntegers("bytes", [size]);
    const aligned = inElements(layout) !== null;
    const { strides, offset, itemsize } = layout;
    const bytes = aligned ? itemsize : [offset, itemsize, ...strides].reduce(gcd, 0) || 1;
    const cells = quotient(size, bytes);
    const { start, stop } = extent(layout);
    const count = (stop - start) / bytes;
    if (Math.max(cells, count) > MOST_CELLS) refuse("OverflowError", `more than ${MOST_CELLS} cells are not counted`);
    let spread = new Array(count).fill(0);
    if (count) spread[(offset - start) / bytes] = 1;
    layout.shape.forEach((n, axis) => {
      if (count) spread = spreadOut(spread, n, strides[axis] / bytes);
    });
    if (count) spread = spreadOut(spread, itemsize / bytes, 1);
    const counts = range(cells).map((cell) => spread[cell - start / bytes] ?? 0);
    return { unit: aligned ? "elements" : "bytes", bytes, cells, rest: modulo(size, bytes), counts };
  }

  function spreadOut(counts, n, step) {
    if (step === 0) return counts.map((k) => times(k, n));
    const wider = counts.map(() => 0);
    const cells = range(counts.length);
    for (const cell of step > 0 ? cells : cells.reverse())
      wider[cell] = (wider[cell - step] ?? 0) + counts[cell] - (counts[cell - n * step] ?? 0);
    return wider.map(whole);
  }

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

  /* Whether axes can merge. */

  function elementsBehind(shape) {
    const behind = shape.map(() => 1);
    for (let axis = shape.length - 2; axis >= 0; axis -= 1) behind[axis] = times(behind[axis + 1], shape[axis + 1]);
    return behind;
  }

  function obstacle(layout, shape) {
    if (layout.shape.includes(0)) return null;
    const borders = new Set(elementsBehind(shape));
    const behind = elementsBehind(layout.shape);
    const counted = range(layout.shape.length).filter((axis) => layout.shape[axis] !== 1);
    for (let k = counted.length - 1; k > 0; k -= 1) {
      const [left, right] = [counted[k - 1], counted[k]];
      const needed = times(layout.shape[right], layout.strides[right]);
      if (!borders.has(behind[left]) && layout.strides[left] !== needed)
        return { axes: [left, right], stride: layout.strides[left], needed, count: layout.shape[right] };
    }
    return null;
  }

  const mergedStrides = (layout, shape, rules) =>
    rules === "torch" ? torchStrides(layout, shape) : numpyStrides(layout, shape);

  function torchStrides(layout, shape) {
    if (layout.shape.includes(0))
      return same(shape, layout.shape) ? layout.strides : canonicalStrides(shape, layout.itemsize);
    if (!layout.shape.length) return shape.map(() => layout.itemsize);
    const strides = shape.map(() => 0);
    let axis = shape.length - 1;
    for (const { count, base } of runs(layout)) {
      let reached = 1;
      while (axis >= 0 && (reached < count || shape[axis] === 1)) {
        strides[axis] = times(reached, base);
        reached = times(reached, shape[axis]);
        axis -= 1;
      }
    }
    return strides;
  }

  function runs({ shape, strides }) {
    const found = [];
    let [base, count] = [strides[strides.length - 1], 1];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      count = times(count, shape[axis]);
      const before = axis - 1;
      if (axis === 0 || (shape[before] !== 1 && strides[before] !== times(count, base))) {
        found.push({ count, base });
        [base, count] = [strides[before], 1];
      }
    }
    return found;
  }

  function numpyStrides(layout, shape) {
    if (orderBreak(layout) === null) return canonicalStrides(shape, layout.itemsize);
    const bases = new Map();
    elementsBehind(layout.shape).forEach((behind, axis) => {
      if (layout.shape[axis] !== 1) bases.set(behind, layout.strides[axis]);
    });
    const strides = shape.map(() => bases.get(1));
    const behind = elementsBehind(shape);
    for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
      if (behind[axis] <= 1) continue;
      const carried = times(strides[axis + 1], shape[axis + 1]);
      strides[axis] = shape[axis] === 1 ? carried : (bases.get(behind[axis]) ?? carried);
    }
    return strides;
  }

  /* What comes out. */

  const CAUSES = { always: "this operation always makes a new block of memory" };

  function copyNeeded(cause, result, found) {
    const { axes = null, stride = null, needed = null, count = null } = found ?? {};
    const words = found === null ? CAUSES[cause] : obstacleWords(result.layout.itemsize, found);
    return { kind: "copy", cause, result, axes, stride, needed, count, text: `COPY: ${words}` };
  }

  function obstacleWords(itemsize, { axes: [left, right], stride, needed, count }) {
    const inWhole = itemsize > 0 && stride % itemsize === 0 && needed % times(itemsize, count) === 0;
    const [unit, by] = inWhole ? ["elements", itemsize] : ["bytes", 1];
    const [found, wanted] = [quotient(stride, by), quotient(needed, by)];
    return (
      `axes ${left} and ${right} cannot merge: stride[${left}]=${found}, ` +
      `needs ${count}*${quotient(wanted, count)}=${wanted} ${unit}`
    );
  }

  function viewWords({ layout }) {
    const found = inElements(layout);
    const { offset, strides } = found ?? layout;
    const unit = found === null ? "bytes" : "elements";
    return `VIEW: shape ${tuple(layout.shape)}, strides ${tuple(strides)} and offset ${offset} in ${unit}`;
  }

  function apply(view, op, rules) {
    if (rules !== "torch" && rules !== "numpy") refuse("UnsupportedError", "rules are torch's or numpy's");
    if (!Object.hasOwn(TABLE, op.op)) refuse("UnsupportedError", `no operation is called ${JSON.stringify(op.op)}`);
    const checked = makeView(checkedLayout(view.layout), view.dtype, view.conj, view.neg);
    const outcome = TABLE[op.op](checked, op, rules);
    return outcome.kind === "copy" ? outcome : { kind: "view", view: outcome, text: viewWords(outcome) };
  }

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

  return {
    apply: guarded(apply),
    asCall: guarded(asCall),
    asCode: guarded(asCode),
    numel: onLayout(numel),
    nbytes: onLayout(nbytes),
    inElements: onLayout(inElements),
    address: onLayout(address),
    addresses: onLayout(addresses),
    extent: onLayout(extent),
    fits: onLayout(fits),
    formula: onLayout(formula),
    indices: onLayout(indices),
    orderBreak: onLayout(orderBreak),
    contiguousOrders: onLayout(contiguousOrders),
    orderWords: onLayout(orderWords),
    isDense: onLayout(isDense),
    broadcastAxes: onLayout(broadcastAxes),
    coverage: onLayout(coverage),
    selfOverlap: onLayout(selfOverlap),
    usage: onLayout(usage),
    axisNames,
  };
})();
