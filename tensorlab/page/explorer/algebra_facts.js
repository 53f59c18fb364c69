// Where elements lie, and what follows from it: addresses, order, density.
(() => {
  "use strict";
  // prettier-ignore
  const {
    refuse, add, times, modulo, quotient, sum, gcd, range, tuple, axisNames, checkIntegers, numel, axesBySpeed,
  } = tensorlabAlgebra;

  const MOST_CELLS = 2 ** 16; // elements or cells that are walked one by one
  const MOST_FOUND = 1000; // indices that are listed
  const MOST_STEPS = 200_000; // of a search
  const ORDER_WORDS = {
    C: "C (row-major)",
    F: "F (column-major)",
    channels_last: "channels_last",
    channels_last_3d: "channels_last_3d",
  };

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

  // prettier-ignore
  Object.assign(tensorlabAlgebra, {
    MOST_CELLS, inElements, address, extent, fits, formula, addresses, indices, orderBreak, contiguousOrders,
    broadcastAxes, bySteps, isDense, coverage, orderWords,
  });
})();
