// The algebra's ground: refusals, whole numbers, words, what comes in, shapes.
globalThis.tensorlabAlgebra = {};
(() => {
  "use strict";
  const AXIS_LETTERS = "ijklmnpqrstuvw";
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

  // prettier-ignore
  Object.assign(tensorlabAlgebra, {
    refuse, guarded, whole, add, times, modulo, quotient, sum, product, gcd, range, same, tuple, axisNames,
    checkIntegers, makeLayout, checkedLayout, makeView, onLayout, numel, nbytes, axesBySpeed, canonicalStrides,
  });
})();
