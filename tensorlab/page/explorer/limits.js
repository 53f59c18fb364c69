// How far each number may go so that every element stays inside the storage. Numbers are bytes, as in a layout.
const tensorlabLimits = (() => {
  "use strict";
  const given = JSON.parse(document.getElementById("explorer-data").textContent);
  const most = given.most;
  const dtypes = new Map(given.dtypes.map((kind) => [kind.name, Object.freeze(kind)]));

  // Bytes below and above element (0, ..., 0) that the axes reach; `without` leaves one out. An axis of size 0 counts
  // as one of size 1, so that what is allowed while there are no elements is still allowed when there are some.
  function reach(layout, without) {
    let low = 0;
    let high = 0;
    layout.shape.forEach((n, axis) => {
      const far = (Math.max(n, 1) - 1) * layout.strides[axis];
      if (axis === without) return;
      if (far < 0) low += far;
      else high += far;
    });
    return { low: layout.offset + low, high: layout.offset + high + layout.itemsize };
  }

  function countWithout(layout, without) {
    return layout.shape.reduce((product, n, axis) => (axis === without ? product : product * Math.max(n, 1)), 1);
  }

  // [least, most] sizes of an axis.
  function sizes(layout, axis, nbytes) {
    const { low, high } = reach(layout, axis);
    if (low < 0 || high > nbytes) return [0, 0];
    const stride = layout.strides[axis];
    const steps = stride === 0 ? Infinity : Math.floor((stride > 0 ? nbytes - high : low) / Math.abs(stride));
    return [0, Math.min(steps + 1, Math.floor(most.elements / countWithout(layout, axis)))];
  }

  // [least, most] strides of an axis, in bytes. Only NumPy has negative ones.
  function strides(layout, axis, nbytes, rules) {
    const { low, high } = reach(layout, axis);
    const steps = layout.shape[axis] - 1;
    if (steps < 1) return [rules === "numpy" ? -nbytes : 0, nbytes];
    if (low < 0 || high > nbytes) return [0, 0];
    return [rules === "numpy" ? -Math.floor(low / steps) + 0 : 0, Math.floor((nbytes - high) / steps)];
  }

  // [least, most] offsets, in bytes.
  function offsets(layout, nbytes) {
    const { low, high } = reach({ ...layout, offset: 0 }, null);
    return high > nbytes + low ? [0, 0] : [-low + 0, nbytes - high];
  }

  // Bytes that a storage needs at least and at most.
  function storages(layout) {
    return [Math.max(tensorlabAlgebra.fits(layout, 0) ? 0 : reach(layout, null).high, 0), most.bytes];
  }

  // Why the page cannot hold this layout over a storage of so many bytes; null where it can.
  function objection(layout, nbytes, rules) {
    const count = layout.shape.reduce((product, n) => product * n, 1);
    if (layout.shape.length > most.axes)
      return `this page draws ${most.axes} axes at most; this makes ${layout.shape.length}`;
    if (layout.shape.some((n) => n < 0)) return "a size cannot be negative";
    if (count > most.elements || layout.shape.some((n) => n > most.elements)) {
      return `this page steps through ${said(most.elements)} elements at most; this makes ${said(count)}`;
    }
    if (nbytes > most.bytes)
      return `this page draws ${said(most.bytes)} bytes of storage at most; this needs ${said(nbytes)}`;
    if (layout.offset < 0) return "an offset cannot be negative";
    if (!tensorlabAlgebra.fits(layout, nbytes))
      return `an element would lie outside the storage of ${said(nbytes)} bytes`;
    return rules === "torch" ? torchObjection(layout) : null;
  }

  function torchObjection(layout) {
    if (layout.strides.some((stride) => stride < 0)) return "torch has no negative strides";
    const whole = [layout.offset, ...layout.strides].every((n) => n % layout.itemsize === 0);
    return whole ? null : "torch counts strides in whole elements, and these are not";
  }

  function said(n) {
    return n.toLocaleString("en-US");
  }

  return { most, dtypes, start: given.start, hues: given.hues, sizes, strides, offsets, storages, objection, said };
})();
