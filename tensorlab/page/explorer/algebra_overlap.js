// Which indices share bytes, and how often each cell of a storage is used.
(() => {
  "use strict";
  // prettier-ignore
  const {
    refuse, whole, add, times, modulo, quotient, gcd, range, checkIntegers, MOST_CELLS, inElements, address, extent,
    bySteps,
  } = tensorlabAlgebra;

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

  Object.assign(tensorlabAlgebra, { selfOverlap, usage });
})();
