// Whether axes merge without a copy, with which strides, and what is said where they do not.
(() => {
  "use strict";
  const { times, quotient, range, same, tuple, canonicalStrides, inElements, orderBreak } = tensorlabAlgebra;

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

  Object.assign(tensorlabAlgebra, { obstacle, mergedStrides, copyNeeded, obstacleWords, viewWords });
})();
