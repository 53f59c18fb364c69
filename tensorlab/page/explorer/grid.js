// The elements by their index: a row, a grid, or grids within grids.
const tensorlabGrid = (() => {
  "use strict";
  const { make } = tensorlabElements;
  const { sum, unit, letters } = tensorlabWords;
  const MOST_BOXES = 512;
  const MOST_ROW = 64;

  // Positions that are drawn along each axis: all, or the first ones and the last, until the boxes are few enough.
  function drawnPositions(shape) {
    const shown = shape.map((n, axis) =>
      Math.min(n, axis === shape.length - 1 && shape.length > 1 ? MOST_ROW : MOST_BOXES),
    );
    while (shown.reduce((product, n) => product * n, 1) > MOST_BOXES) {
      const largest = shown.indexOf(Math.max(...shown));
      shown[largest] = Math.ceil(shown[largest] / 2);
    }
    return shape.map((n, axis) => {
      const head = shown[axis] < n ? shown[axis] - 1 : n;
      return [...Array.from({ length: head }, (_, k) => k), ...(head < n ? [n - 1] : [])];
    });
  }

  function label(layout, byte, content) {
    const [word, size] = unit(layout);
    return content === "byte" || word === "bytes" ? `${byte}` : `${byte / size}`;
  }

  function boxAt(index, at, { stage, content, reading }) {
    const { layout } = stage.view;
    const byte = tensorlabAlgebra.address(layout, index);
    const most = Math.max(...reading.counts.subarray(byte, byte + layout.itemsize));
    const words = sum(layout, index);
    const note = most > 1 ? `${words}   shared: ${most} indices meet in these bytes` : words;
    const hue = stage.storage.hues[byte];
    const element = make(
      index.length > 1 ? "td" : "div",
      {
        class: `box used hue${hue}${most > 1 ? " reused" : ""}`,
        role: "gridcell",
        tabindex: at === 0 ? "0" : "-1",
        "aria-label": note,
        "data-at": at,
        "data-from": byte,
        "data-to": byte + layout.itemsize,
        "data-index": index.join(","),
        "data-key": `grid:${index.join(",")}`,
      },
      make("span", {}, label(layout, byte, content)),
    );
    return { element, note, ranges: [["now", byte, byte + layout.itemsize]] };
  }

  // {picture, boxes, drawn, total}
  function draw(stage, content, reading) {
    const { shape } = stage.view.layout;
    const positions = drawnPositions(shape);
    const context = { stage, content, reading, positions, boxes: [] };
    const total = tensorlabStorages.count(shape);
    if (total === 0)
      return { picture: make("p", { class: "none" }, "No elements: no byte is read."), boxes: [], drawn: 0, total };
    const inside = shape.length < 2 ? row(context) : block([], context);
    const dims = positions.map((kept) => kept.length).join(",");
    const picture = make(
      "div",
      {
        class: "boxes grid",
        role: shape.length < 2 ? "grid" : "group",
        "aria-label": "elements by index",
        "data-dims": dims,
      },
      inside,
    );
    return { picture, boxes: context.boxes, drawn: context.boxes.length, total };
  }

  function next(index, context) {
    const found = boxAt(index, context.boxes.length, context);
    context.boxes.push(found);
    return found.element;
  }

  function row(context) {
    const { shape } = context.stage.view.layout;
    if (shape.length === 0) return make("div", { class: "flat", role: "row" }, next([], context));
    const [kept] = context.positions;
    const cells = kept.map((k) => next([k], context));
    const gap = hiddenIn(shape[0], kept);
    if (gap) cells.splice(-1, 0, make("div", { class: "gap" }, gap));
    return make("div", { class: "flat", role: "row" }, ...cells);
  }

  function hiddenIn(n, kept) {
    return kept.length < n ? `… ${tensorlabLimits.said(n - kept.length)} …` : "";
  }

  // Axes before the last two are blocks within blocks, in turn below and beside one another.
  function block(before, context) {
    const { shape } = context.stage.view.layout;
    const axis = before.length;
    if (axis === shape.length - 2) return table(before, context);
    const kept = context.positions[axis];
    const name = letters(shape.length)[axis];
    const parts = kept.map((k) => {
      const head = make("div", { class: "block-name" }, `${name} = ${k}`);
      return make("div", { class: "block" }, head, block([...before, k], context));
    });
    const gap = hiddenIn(shape[axis], kept);
    if (gap) parts.splice(-1, 0, make("div", { class: "gap" }, gap));
    return make("div", { class: `blocks ${(shape.length - axis) % 2 ? "beside" : "below"}` }, ...parts);
  }

  function table(before, context) {
    const { shape } = context.stage.view.layout;
    const [rows, columns] = context.positions.slice(-2);
    const [height, width] = shape.slice(-2);
    const names = letters(shape.length).slice(-2);
    const corner = make("th", { class: "corner", scope: "col" }, `${names[0]}↓ ${names[1]}→`);
    const head = columns.map((k) => make("th", { scope: "col" }, `${k}`));
    const gap = hiddenIn(width, columns);
    if (gap) head.splice(-1, 0, make("th", { class: "gap" }, gap));
    const body = rows.map((i) => {
      const cells = columns.map((j) => next([...before, i, j], context));
      if (gap) cells.splice(-1, 0, make("td", { class: "gap" }, "…"));
      return make("tr", { role: "row" }, make("th", { scope: "row" }, `${i}`), ...cells);
    });
    const more = hiddenIn(height, rows);
    if (more) body.splice(-1, 0, make("tr", {}, make("td", { class: "gap", colspan: columns.length + 2 }, more)));
    const title = before.length ? `x[${before.join(", ")}]` : "x";
    const whole = make(
      "table",
      { role: "grid", "aria-label": title },
      make("thead", {}, make("tr", {}, corner, ...head)),
      make("tbody", {}, ...body),
    );
    return make("div", { class: "scroll" }, whole);
  }

  return { draw };
})();
