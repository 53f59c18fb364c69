// Storages: how many bytes, which colour each byte carries, and from where in an older storage a copy brought it.
const tensorlabStorages = (() => {
  "use strict";
  const HUES = tensorlabLimits.hues;

  function count(shape) {
    return shape.reduce((product, n) => product * n, 1);
  }

  function unravel(shape, position) {
    const index = new Array(shape.length);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis] = position % shape[axis];
      position = Math.floor(position / shape[axis]);
    }
    return index;
  }

  // A block of memory that nothing has been read from yet.
  function fresh(number, nbytes, layout, dtype) {
    return { number, nbytes, dtype, layout, hues: new Int8Array(nbytes).fill(-1), origin: null, copied: null };
  }

  // Bytes that no view has coloured yet get a colour for each row of this one; a flat view has one for each element.
  // Colours belong to bytes, not to indices: a view that reads them in another order shows the old colours.
  function tint(storage, layout) {
    const total = count(layout.shape);
    const along = layout.shape.length > 1 ? layout.shape[layout.shape.length - 1] : 1;
    for (let k = 0; k < total; k += 1) {
      const byte = tensorlabAlgebra.address(layout, unravel(layout.shape, k));
      for (let b = byte; b < byte + layout.itemsize; b += 1) {
        if (storage.hues[b] < 0) storage.hues[b] = Math.floor(k / along) % HUES;
      }
    }
  }

  // The block that a copy makes: elements in C order, each with the colour that it had.
  function copy(storage, before, result) {
    const { layout } = result;
    const size = layout.itemsize;
    const total = count(layout.shape);
    const made = fresh(storage.number + 1, total * size, layout, result.dtype);
    made.origin = new Int32Array(total * size);
    made.copied = { storage, layout: before.layout };
    for (let k = 0; k < total; k += 1) {
      const from = tensorlabAlgebra.address(before.layout, unravel(before.layout.shape, k));
      for (let b = 0; b < size; b += 1) {
        made.origin[k * size + b] = from + b;
        made.hues[k * size + b] = storage.hues[from + b];
      }
    }
    return made;
  }

  return { fresh, tint, copy, unravel, count };
})();
