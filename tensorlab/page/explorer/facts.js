// What follows from the numbers: the formula, contiguity, overlap, what is touched.
const tensorlabFacts = (() => {
  "use strict";
  const { make } = tensorlabElements;
  const { unit, broken, tuple, plural } = tensorlabWords;
  const ORDERS = {
    C: "C order (rows first)",
    F: "F order (columns first)",
    channels_last: "channels_last",
    channels_last_3d: "channels_last_3d",
  };

  function formulas(layout) {
    const inBytes = tensorlabAlgebra.formula(layout, "bytes");
    const whole = unit(layout)[0] === "elements";
    return whole ? [`${tensorlabAlgebra.formula(layout, "elements")}`, inBytes] : [inBytes];
  }

  // The signature of an axis in the formula lights its column; here only text and its parts by axis.
  function formulaLine(words, unitWord) {
    return make(
      "p",
      { class: "formula" },
      make("code", {}, words.replaceAll("*", "·")),
      make("span", { class: "unit" }, unitWord),
    );
  }

  // torch calls C order alone contiguous, as x.is_contiguous() does; NumPy has a flag for F order too.
  function contiguity(layout, rules) {
    const orders = tensorlabAlgebra.contiguousOrders(layout);
    const found = tensorlabAlgebra.orderBreak(layout, "C");
    if (found === null || (rules === "numpy" && orders.includes("F")))
      return ["good", "contiguous", `in ${orders.map((order) => ORDERS[order]).join(" and ")}`];
    const dense = tensorlabAlgebra.isDense(layout) ? ", though the elements fill their bytes without a gap" : "";
    const named = orders.map((order) => (order === "F" ? "F order" : order)).join(" and ");
    return ["warn", "not contiguous", `${broken(layout, found)}${named ? `; dense in ${named}` : dense}`];
  }

  function overlap(layout) {
    const found = tensorlabAlgebra.selfOverlap(layout);
    if (found.answer === "no") return ["good", "no overlap", "no two indices meet"];
    if (found.answer === "unknown") return ["warn", "overlap unknown", found.cap];
    const [one, other] = found.witness.map((index) => `x[${index.join(", ")}]`);
    const exact =
      tensorlabAlgebra.address(layout, found.witness[0]) === tensorlabAlgebra.address(layout, found.witness[1]);
    return [
      "bad",
      "overlaps itself",
      exact ? `${one} and ${other} are the same bytes` : `${one} and ${other} share byte ${found.byte}`,
    ];
  }

  // A hole is a box of the strip that no index leads to, wherever in the storage it is.
  function holes(layout, nbytes, used) {
    const size = tensorlabStrip.stepOf(layout);
    const [count, rest] = [Math.floor((nbytes - used) / size), nbytes % size];
    const parts = [
      ...(count ? [plural(count, `hole of ${size} B`, `holes of ${size} B`)] : []),
      ...(rest ? [`${rest} B at the end that make no element`] : []),
    ];
    return parts.join(" and ") || "no holes";
  }

  function touched(stage, reading) {
    const { layout } = stage.view;
    const { nbytes } = stage.storage;
    const used = reading.counts.reduce((total, n) => total + (n > 0 ? 1 : 0), 0);
    const share = nbytes ? Math.round((1000 * used) / nbytes) / 10 : 0;
    const words = `${tensorlabLimits.said(used)} of ${plural(nbytes, "byte")}${nbytes ? ` (${share} %)` : ""}`;
    if (used === 0)
      return ["plain", "touches nothing", [`0 of ${plural(nbytes, "byte")}`, holes(layout, nbytes, 0)].join(", ")];
    const { start, stop } = tensorlabAlgebra.extent(layout);
    const [word, size] = unit(layout);
    const most = Math.max(...reading.counts);
    const from =
      word === "elements" ? `elements ${start / size} to ${stop / size - 1}` : `bytes ${start} to ${stop - 1}`;
    const parts = [words, from, holes(layout, nbytes, used)];
    if (most > 1) parts.push(`bytes read up to ${most} times`);
    return ["plain", "touches", parts.join(", ")];
  }

  function chip([kind, head, words]) {
    return make("li", { class: `fact ${kind}` }, make("strong", {}, head), " ", make("span", {}, words));
  }

  // The block of facts about a stage.
  function draw(stage, reading) {
    const { layout, dtype } = stage.view;
    const lines = formulas(layout);
    const head =
      lines.length === 2
        ? [formulaLine(lines[0], "elements"), formulaLine(lines[1], "bytes")]
        : [formulaLine(lines[0], "bytes")];
    const [word, size] = unit(layout);
    const strides = tuple(layout.strides.map((n) => n / size));
    const signature = `shape ${tuple(layout.shape)}   strides ${strides} ${word}${word === "elements" ? ` = ${tuple(layout.strides)} bytes` : ""}   offset ${layout.offset / size}   ${dtype.name}, ${size === 1 && word === "bytes" ? layout.itemsize : dtype.itemsize} B each`;
    return [
      make("div", { class: "formulas" }, ...head),
      make("p", { class: "signature" }, signature),
      make("ul", { class: "facts" }, ...[contiguity(layout, stage.rules), overlap(layout), touched(stage, reading)].map(chip)),
    ];
  }

  return { draw };
})();
