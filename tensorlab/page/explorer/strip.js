// The storage as a strip: each place a box, those that no index leads to drawn as holes.
const tensorlabStrip = (() => {
  "use strict";
  const { make } = tensorlabElements;
  const { plural, unit, bytes } = tensorlabWords;
  const MOST_BOXES = 512;

  // For each byte how many indices read it, and the first three of them as positions in C order.
  function readers(layout, nbytes) {
    const counts = new Uint16Array(nbytes);
    const firsts = Array.from({ length: nbytes }, () => []);
    const total = tensorlabStorages.count(layout.shape);
    for (let k = 0; k < total; k += 1) {
      const byte = tensorlabAlgebra.address(layout, tensorlabStorages.unravel(layout.shape, k));
      for (let b = byte; b < byte + layout.itemsize; b += 1) {
        counts[b] += 1;
        if (firsts[b].length < 3) firsts[b].push(k);
      }
    }
    return { counts, firsts };
  }

  function gcd(a, b) {
    return b === 0 ? Math.abs(a) : gcd(b, a % b);
  }

  // Bytes a box stands for: an element where offset and strides are whole ones, else what divides them all.
  function stepOf(layout) {
    return unit(layout)[0] === "elements"
      ? layout.itemsize
      : [layout.offset, ...layout.strides].reduce(gcd, layout.itemsize) || 1;
  }

  // Which boxes are drawn: all, or the first so many around what is read.
  function window_(count, first) {
    const start = count <= MOST_BOXES ? 0 : Math.max(0, Math.min(first - 4, count - MOST_BOXES));
    return [start, Math.min(start + MOST_BOXES, count)];
  }

  function noteOf(from, to, reading, layout) {
    const known = reading.firsts.slice(from, to).flat();
    const least = [...new Set(known)].slice(0, 3);
    const most = Math.max(...reading.counts.subarray(from, to));
    const where = bytes(from, to);
    if (least.length === 0) return `${where}: a hole, no index leads here`;
    const shown = least.map((k) => `x[${tensorlabStorages.unravel(layout.shape, k).join(", ")}]`).join(", ");
    return `${where}: read as ${shown}${most > least.length ? ` and ${most - least.length} more` : ""}${most > 1 ? `; ${most} indices meet here` : ""}`;
  }

  function box(at, from, to, { storage, label, note, role, space, ranges = [], badge = null }) {
    const hue = storage.hues[from];
    const element = make(
      "div",
      {
        class: `box ${role}${hue >= 0 && role !== "hole" ? ` hue${hue}` : ""}`,
        role: "gridcell",
        tabindex: at === 0 ? "0" : "-1",
        "aria-label": `${label}: ${note}`,
        "data-at": at,
        "data-from": from,
        "data-to": to,
        "data-space": space,
        "data-key": `${space}:${from}-${to}`,
      },
      make("span", {}, label),
      badge === null ? null : make("sup", {}, badge),
    );
    return { element, note, ranges: [[space, from, to], ...ranges] };
  }

  // The strip that the view reads.
  function current(stage, width) {
    const { view, storage } = stage;
    const { layout } = view;
    const step = stepOf(layout);
    const reading = readers(layout, storage.nbytes);
    const per = unit(layout)[0] === "elements" ? step : 1;
    const lowest = reading.counts.findIndex((n) => n > 0);
    const [first, stop] = window_(Math.floor(storage.nbytes / step), Math.max(0, Math.floor(lowest / step)));
    const boxes = [];
    for (let cell = first; cell < stop; cell += 1) {
      const [from, to] = [cell * step, (cell + 1) * step];
      const most = Math.max(...reading.counts.subarray(from, to));
      const role = most > 1 ? "used reused" : most === 1 ? "used" : "hole";
      const badge = most > 1 ? `×${most}` : null;
      const note = noteOf(from, to, reading, layout);
      boxes.push(box(cell - first, from, to, { storage, label: `${from / per}`, note, role, space: "now", badge }));
    }
    const hidden = Math.floor(storage.nbytes / step) - (stop - first);
    const rest = storage.nbytes % step;
    return {
      boxes,
      picture: drawn(boxes, { width, step, natural: natural(storage, step), storage, layout }),
      hidden,
      rest,
      first,
      step,
    };
  }

  // Boxes that a line holds where it can: the length of a row when the storage was made.
  function natural(storage, step) {
    const { shape, strides } = storage.layout;
    const rows = strides.filter((s, axis) => shape[axis] > 1 && s > 0 && s % step === 0).map((s) => s / step);
    return rows;
  }

  function perLine(count, most, rows) {
    if (count <= most) return Math.max(count, 1);
    const fitting = rows.filter((n) => n > 1 && n <= most);
    if (fitting.length === 0) return most;
    const row = Math.max(...fitting);
    return row * Math.floor(most / row);
  }

  function drawn(boxes, { width, step, natural: rows, storage, layout }) {
    const born = storage.dtype.itemsize;
    const wide = born > step && boxes.length * step >= born;
    const size = step < layout.itemsize || wide ? 30 : 40;
    const most = Math.max(2, Math.floor((width - 52) / size));
    const per = wide
      ? Math.max(born / step, perLine(boxes.length, most, rows.length ? rows : [born / step]))
      : perLine(boxes.length, most, rows);
    const lines = [];
    for (let at = 0; at < boxes.length; at += per)
      lines.push(line(boxes.slice(at, at + per), { per, wide: wide ? born : 0, storage }));
    const dims = boxes.length <= per ? `${boxes.length}` : `${lines.length},${per}`;
    return make(
      "div",
      {
        class: "boxes strip",
        role: "grid",
        "aria-label": "storage",
        "data-dims": dims,
        style: `--per:${per};--size:${size}px`,
      },
      ...lines,
    );
  }

  // One line of boxes, below the elements as they were when the storage was made where those were wider.
  function line(boxes, { per, wide, storage }) {
    const from = Number(boxes[0].element.dataset.from);
    const to = Number(boxes[boxes.length - 1].element.dataset.to);
    const above = [];
    const step = (to - from) / boxes.length;
    for (let byte = Math.floor(from / wide) * wide; wide && byte < to; byte += wide) {
      const places = (Math.min(byte + wide, to) - Math.max(byte, from)) / step;
      const hue = storage.hues[byte];
      above.push(
        make(
          "div",
          { class: `was${hue >= 0 ? ` hue${hue}` : ""}`, style: `grid-column:span ${places}`, "aria-hidden": "true" },
          `${storage.dtype.name} ${byte / wide}`,
        ),
      );
    }
    const label = make("div", { class: "edge", "aria-hidden": "true" }, boxes[0].element.firstChild.textContent);
    return make(
      "div",
      { class: "line", role: "row" },
      ...(wide ? [make("div", { class: "edge" }), ...above] : []),
      label,
      ...boxes.map((b) => b.element),
      ...Array.from({ length: Math.max(0, per - boxes.length) }, () => make("div")),
    );
  }

  // The storage that the last copy was made from: where each element went.
  function old(stage, width) {
    const { copied, origin } = stage.storage;
    const size = copied.layout.itemsize;
    const went = new Map();
    origin.forEach((from, to) => {
      if (to % size === 0) went.set(from, [...(went.get(from) ?? []), to]);
    });
    const step = stepOf(copied.layout);
    const [first, stop] = window_(
      Math.floor(copied.storage.nbytes / step),
      (origin.length ? Math.min(...origin) : 0) / step,
    );
    const boxes = [];
    for (let cell = first; cell < stop; cell += 1) {
      const [from, to] = [cell * step, (cell + 1) * step];
      const gone = [...went].filter(([byte]) => byte < to && from < byte + size).flatMap(([, places]) => places);
      const ranges = gone.map((byte) => ["now", byte, byte + size]);
      const note =
        gone.length === 0
          ? `old ${bytes(from, to)}: not copied`
          : `old ${bytes(from, to)}: copied to ${gone
              .slice(0, 3)
              .map((b) => bytes(b, b + size))
              .join(", ")}${gone.length > 3 ? ", …" : ""} of the new storage`;
      boxes.push(
        box(cell - first, from, to, {
          storage: copied.storage,
          label: `${from / step}`,
          note,
          role: gone.length ? "used" : "hole",
          space: "old",
          ranges,
        }),
      );
    }
    const rows = natural(copied.storage, step);
    const per = perLine(boxes.length, Math.max(2, Math.floor((width - 52) / 28)), rows);
    const lines = [];
    for (let at = 0; at < boxes.length; at += per)
      lines.push(line(boxes.slice(at, at + per), { per, wide: 0, storage: copied.storage }));
    const dims = boxes.length <= per ? `${boxes.length}` : `${lines.length},${per}`;
    const hidden = Math.floor(copied.storage.nbytes / step) - (stop - first);
    return {
      boxes,
      hidden,
      picture: make(
        "div",
        {
          class: "boxes strip old",
          role: "grid",
          "aria-label": "old storage",
          "data-dims": dims,
          style: `--per:${per};--size:28px`,
        },
        ...lines,
      ),
    };
  }

  function title(stage, { hidden, rest, step }) {
    const { storage, view } = stage;
    const [word] = unit(view.layout);
    const cells = Math.floor(storage.nbytes / step);
    const parts = [
      `${plural(cells, word === "elements" ? "element" : "place")} of ${step} B, ${tensorlabLimits.said(storage.nbytes)} B in all, numbered in ${word}`,
    ];
    if (rest) parts.push(`${rest} B at the end make no whole one`);
    if (hidden) parts.push(`${tensorlabLimits.said(hidden)} not drawn`);
    return parts.join("; ");
  }

  return { current, old, title, readers, stepOf };
})();
