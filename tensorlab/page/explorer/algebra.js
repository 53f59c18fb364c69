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
  "use strict";
  // prettier-ignore
  const {
    guarded, axisNames, onLayout, numel, nbytes, inElements, address, extent, fits, formula, addresses, indices,
    orderBreak, contiguousOrders, broadcastAxes, isDense, coverage, orderWords, selfOverlap, usage, apply, asCall,
    asCode,
  } = tensorlabAlgebra;

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
