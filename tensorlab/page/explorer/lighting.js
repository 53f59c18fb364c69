// Boxes that share bytes light up together, whichever of them is pointed at or has the focus.
const tensorlabLighting = (() => {
  "use strict";
  const HINT = "Point at a box, tap it, or reach it with Tab and the arrow keys: it lights up wherever its bytes are.";
  let boxes = [];
  let byElement = new Map();
  let pointed = null;
  let focused = null;
  let root = null;

  // A box: {element, note, ranges: [[space, first byte, byte behind the last], ...]}
  function enlist(found) {
    boxes = found;
    byElement = new Map(found.map((box) => [box.element, box]));
    pointed = null;
    focused = byElement.get(document.activeElement) ?? null;
    show();
  }

  function meet(one, other) {
    return one.ranges.some(([space, from, to]) => other.ranges.some(([s, f, t]) => s === space && f < to && from < t));
  }

  function show() {
    const chosen = pointed ?? focused;
    for (const box of boxes) {
      box.element.classList.toggle("lit", chosen !== null && meet(chosen, box));
      box.element.classList.toggle("chosen", box === chosen);
    }
    root.classList.toggle("lighting", chosen !== null);
    tensorlabElements.say(document.getElementById("inspector"), chosen === null ? HINT : chosen.note);
  }

  function boxAt(target) {
    return byElement.get(target instanceof Element ? target.closest(".box") : null) ?? null;
  }

  function point(event) {
    const found = boxAt(event.target);
    if (found === pointed) return;
    pointed = found;
    show();
  }

  function focus(event) {
    focused = event.type === "focusin" ? boxAt(event.target) : null;
    if (focused !== null) keepTabStop(focused.element);
    show();
  }

  // One box of each picture is reached with Tab: the one that had the focus last.
  function keepTabStop(element) {
    const picture = element.closest(".boxes");
    picture.querySelector(".box[tabindex='0']")?.setAttribute("tabindex", "-1");
    element.setAttribute("tabindex", "0");
  }

  function move(event) {
    const picture = event.target instanceof Element ? event.target.closest(".boxes") : null;
    if (picture === null || boxAt(event.target) === null || event.ctrlKey || event.altKey || event.metaKey) return;
    const own = [...picture.querySelectorAll(".box")].sort((a, b) => a.dataset.at - b.dataset.at);
    const dims = picture.dataset.dims === "" ? [] : picture.dataset.dims.split(",").map(Number);
    const next = moved(dims, own.length, Number(event.target.dataset.at), event.key);
    if (next === null) return;
    event.preventDefault();
    own[next].focus();
  }

  // Left and right go along the last axis, up and down along the one before, page up and down along the third from
  // the last, with Shift or not; Home and End to the first and last box. null: the key means nothing here.
  function moved(dims, total, at, key) {
    if (key === "Home") return 0;
    if (key === "End") return total - 1;
    const moves = {
      ArrowLeft: [1, -1],
      ArrowRight: [1, 1],
      ArrowUp: [2, -1],
      ArrowDown: [2, 1],
      PageUp: [3, -1],
      PageDown: [3, 1],
    };
    if (!Object.hasOwn(moves, key)) return null;
    const [back, step] = moves[key];
    const by = step * dims.slice(dims.length - back + 1).reduce((product, n) => product * n, 1);
    return back > Math.max(dims.length, 1) || at + by < 0 || at + by >= total ? at : at + by;
  }

  function listen(element) {
    root = element;
    element.addEventListener("pointerover", point);
    element.addEventListener("pointerleave", point);
    element.addEventListener("focusin", focus);
    element.addEventListener("focusout", focus);
    element.addEventListener("keydown", move);
  }

  return { enlist, listen };
})();
