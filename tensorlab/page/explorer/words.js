// Sentences about layouts and steps; no elements of the page, no state.
const tensorlabWords = (() => {
  "use strict";

  // ["elements", itemsize] where offset and strides are whole elements, else ["bytes", 1].
  function unit(layout) {
    return tensorlabAlgebra.inElements(layout) === null ? ["bytes", 1] : ["elements", layout.itemsize];
  }

  function letters(ndim) {
    return [..."ijklmnpqrstuvw"].slice(0, ndim);
  }

  function tuple(numbers) {
    return `(${numbers.join(", ")}${numbers.length === 1 ? "," : ""})`;
  }

  function plural(count, word, many = `${word}s`) {
    return `${tensorlabLimits.said(count)} ${count === 1 ? word : many}`;
  }

  // "axis 1 (j) has stride 6, needs 1": strides in elements, or in bytes with the word.
  function broken(layout, found) {
    const [word, size] = unit(layout);
    const tail = word === "bytes" ? " B" : "";
    const name = letters(layout.shape.length)[found.axis];
    return `axis ${found.axis} (${name}) has stride ${found.stride / size}${tail}, needs ${found.needed / size}${tail}`;
  }

  // "address 3 + 1*6 + 2*1 = 11 elements = byte 44", as the pictures of show() say it.
  function sum(layout, index) {
    const [word, size] = unit(layout);
    const byte = tensorlabAlgebra.address(layout, index);
    const terms = index.map(
      (n, axis) => ` ${layout.strides[axis] < 0 ? "-" : "+"} ${n}*${Math.abs(layout.strides[axis]) / size}`,
    );
    const total = word === "bytes" ? `byte ${byte}` : `${byte / size} elements = byte ${byte}`;
    return `index ${tuple(index)}   address ${layout.offset / size}${terms.join("")} = ${total}`;
  }

  function bytes(start, stop) {
    return stop - start === 1 ? `byte ${start}` : `bytes ${start} to ${stop - 1}`;
  }

  return { unit, letters, tuple, plural, broken, sum, bytes };
})();
