// Lights, in each figure of the page by itself, the boxes that have bytes in common with the one pointed at or focused.
// Joined to one line when it is put into a figure: no statement may lean on the end of its line.
// The figures are looked for, and marked by a property, because notebooks insert the script apart from the figure, run
// it again, or run it once for many.
(() => {
  "use strict";
  const HINT = "Point at a box, or press Tab and the arrow keys: what shares its bytes lights up. Enter keeps it, Escape lets go.";

  const parse = (words) => words.split(" ").filter(Boolean).map((word) => word.split(",").map(Number));
  const meet = (some, others) => some.some((a) => others.some((b) => a[0] === b[0] && a[1] < b[2] && b[1] < a[2]));
  const same = (a, b) => a[0] === b[0] && a[1] === b[1] && a[2] === b[2];

  // In a frame of its own, as marimo makes one, a figure cannot inherit the colours of the notebook: they are handed in.
  // marimo measures only pages with a doctype, so a fragment fits its frame itself.
  const adopt = (root) => {
    let frame = null;
    try { frame = window.frameElement; } catch (error) { return; }
    if (!frame || !frame.ownerDocument.defaultView) { return; }
    const bare = getComputedStyle(root).color === "rgb(0, 0, 0)" && document.body.children.length === 1;
    if (!bare) { return; }
    const take = () => {
      const style = frame.ownerDocument.defaultView.getComputedStyle(frame);
      document.documentElement.style.colorScheme = style.colorScheme;
      root.style.color = style.color;
    };
    const outer = frame.ownerDocument;
    const observer = new MutationObserver(take);
    observer.observe(outer.documentElement, { attributes: true });
    observer.observe(outer.body, { attributes: true });
    take();
    const fit = () => { frame.style.height = Math.ceil(root.getBoundingClientRect().bottom + scrollY + 16) + "px"; };
    if (root.parentElement === document.body) { new ResizeObserver(fit).observe(root); }
  };

  // Whose box it is: the name before the colon in the title of a group inside the figure, unless its note begins with it.
  const owner = (root, element) => {
    for (let group = element.closest(".tl-g"); group && group.parentElement !== root; group = group.parentElement.closest(".tl-g")) {
      const title = group.querySelector(":scope > .tl-h");
      const stop = title ? title.textContent.indexOf(": ") : -1;
      if (stop > 0) { return title.textContent.slice(0, stop); }
    }
    return "";
  };
  // Of a box without a note, as in figures of many objects, what its picture is.
  const told = (box) => {
    const name = box.part.owner;
    if (box.note) { return !name || box.note.startsWith(name + ",") ? box.note : name + ", " + box.note; }
    const title = box.part.element.querySelector("caption, p");
    const words = (name ? name + ", " : "") + box.cell.textContent;
    return title ? words + ": " + title.textContent : words;
  };

  const read = (root) => {
    const boxes = new Map();
    const heads = [];
    const parts = [...root.querySelectorAll(".tl-c")].map((element) => ({ element, rows: [], step: Number(element.dataset.step || 0), owner: owner(root, element) }));
    for (const part of parts) {
      for (const [block, table] of [...part.element.querySelectorAll("table")].entries()) {
        table.setAttribute("role", "grid");
        for (const line of table.rows) {
          const row = [];
          let column = 0;
          for (const cell of line.cells) {
            if (cell.dataset.t && cell.tagName === "TH") {
              heads.push({ cell, part, ties: parse(cell.dataset.t) });
            } else if (cell.tagName === "TD" && !cell.classList.contains("tl-e")) {
              const box = { cell, part, block, column, ties: parse(cell.dataset.t || ""), note: cell.title, row: part.rows.length, at: row.length };
              const name = cell.title.split("   ")[0];
              cell.removeAttribute("title");
              const text = [...cell.childNodes].filter((node) => node.nodeName !== "I" && node.nodeName !== "SUB");
              if (name) { cell.setAttribute("aria-label", text.map((node) => node.textContent).join("") + ", " + name); }
              cell.tabIndex = -1;
              boxes.set(cell, box);
              row.push(box);
            }
            column += cell.colSpan;
          }
          if (row.length) { part.rows.push(row); }
        }
      }
      part.stop = part.rows.length ? part.rows[0][0] : null;
      if (part.stop) { part.stop.cell.tabIndex = 0; }
    }
    return { boxes, heads, parts };
  };

  // Where a key leads from a box; null where the key is none of ours.
  const lead = (box, key, wide, wanted) => {
    const rows = box.part.rows;
    const ends = (row, last) => rows[row][last ? rows[row].length - 1 : 0];
    const under = (row) => rows[row].find((other) => wanted < other.column + other.cell.colSpan) || ends(row, true);
    const blocks = (way) => {
      const first = rows.findIndex((row) => row[0].block === box.block + way);
      if (first < 0) { return -1; }
      const inside = box.row - rows.findIndex((row) => row[0].block === box.block);
      const count = rows.filter((row) => row[0].block === box.block + way).length;
      return first + Math.min(inside, count - 1);
    };
    const sideways = (way) => {
      const next = rows[box.row][box.at + way];
      if (next) { return next; }
      const row = box.part.step ? box.row + way * box.part.step : blocks(way);
      return row >= 0 && row < rows.length ? ends(row, way < 0) : box;
    };
    const upright = (way) => {
      const row = box.row + way;
      return row >= 0 && row < rows.length ? under(row) : box;
    };
    const paging = (way) => {
      const row = blocks(way);
      return row < 0 ? box : under(row);
    };
    const ways = {
      ArrowRight: () => sideways(1),
      ArrowLeft: () => sideways(-1),
      ArrowDown: () => upright(1),
      ArrowUp: () => upright(-1),
      PageDown: () => paging(1),
      PageUp: () => paging(-1),
      Home: () => ends(wide ? 0 : box.row, false),
      End: () => ends(wide ? rows.length - 1 : box.row, true),
    };
    return Object.hasOwn(ways, key) ? ways[key]() : null;
  };

  // Arrows of a group's links, over its boxes; one whose end is scrolled out of sight is not drawn.
  const arrows = (root, boxes) => {
    const all = [...boxes.values()];
    const drawn = [];
    const find = (tie, from) => {
      const others = all.filter((box) => !from || box.part !== from.part);
      return others.find((box) => box.ties.some((other) => same(other, tie))) || others.find((box) => meet([tie], box.ties));
    };
    const top = (box) => {
      const head = box.cell.closest("tbody").rows[0].cells[box.cell.cellIndex];
      return head && head.scope === "col" ? head : box.cell;
    };
    for (const over of root.querySelectorAll(".tl-a")) {
      over.parentElement.style.position = "relative";
      for (const path of over.children) {
        const [start, stop] = path.dataset.l.split(" ").map((words) => parse(words)[0]);
        const from = find(start, null);
        const to = from && find(stop, from);
        if (to) { drawn.push({ from, to, path, over, end: top(to) }); }
      }
    }
    const seen = (rect, box) => {
      const room = box.cell.closest(".tl-s").getBoundingClientRect();
      const middle = rect.left + rect.width / 2;
      return middle >= room.left && middle <= room.right;
    };
    const place = () => {
      for (const { from, to, path, over, end } of drawn) {
        const zero = over.getBoundingClientRect();
        const [a, b] = [from.cell, end].map((cell) => cell.getBoundingClientRect());
        const down = a.bottom <= b.top ? 1 : -1;
        const x = a.left + a.width / 2 - zero.left;
        const y = (down > 0 ? a.bottom : a.top) - zero.top;
        const u = b.left + b.width / 2 - zero.left;
        const v = (down > 0 ? b.top : b.bottom) - zero.top - 2 * down;
        const bend = down * Math.max(14, Math.abs(v - y) * 0.45);
        const tip = "M" + (u - 4) + " " + (v - 7 * down) + "L" + u + " " + v + "L" + (u + 4) + " " + (v - 7 * down);
        const curve = "M" + x + " " + y + "C" + x + " " + (y + bend) + " " + u + " " + (v - bend) + " " + u + " " + v + tip;
        path.setAttribute("d", seen(a, from) && seen(b, to) ? curve : "");
      }
    };
    if (drawn.length) {
      new ResizeObserver(place).observe(root);
      root.addEventListener("scroll", place, true);
      place();
    }
    return drawn;
  };

  // What can be scrolled fades out where it goes on.
  const fade = (root) => {
    for (const room of root.querySelectorAll(".tl-s")) {
      const look = () => {
        room.classList.toggle("tl-sl", room.scrollLeft > 4);
        room.classList.toggle("tl-sr", room.scrollLeft + room.clientWidth < room.scrollWidth - 4);
      };
      room.addEventListener("scroll", look);
      new ResizeObserver(look).observe(room);
      look();
    }
  };

  const start = (root) => {
    const line = root.querySelector(".tl-i");
    if (!line) { return; }
    root.classList.add("tl-on");
    adopt(root);
    const { boxes, heads, parts } = read(root);
    fade(root);
    const drawn = arrows(root, boxes);
    let hovered = null;
    let focused = null;
    let pinned = null;
    let held = null;
    let shown = null;

    const say = (...sentences) => {
      line.replaceChildren(...sentences.map((words) => {
        const span = document.createElement("span");
        span.textContent = words;
        return span;
      }));
    };
    const light = () => {
      const box = hovered || focused || pinned;
      if (box === shown) { return; }
      shown = box;
      for (const other of boxes.values()) {
        other.lit = box !== null && (other === box || meet(box.ties, other.ties));
        other.cell.classList.toggle("tl-lit", other.lit);
        other.cell.classList.toggle("tl-at", other === box);
      }
      for (const head of heads) {
        head.lit = box !== null && meet(box.ties, head.ties);
        head.cell.classList.toggle("tl-lit", head.lit);
      }
      for (const { from, to, path } of drawn) { path.classList.toggle("tl-lit", from.lit && to.lit); }
      line.classList.toggle("tl-now", box !== null);
      if (!box) { say(HINT); return; }
      const elsewhere = [...boxes.values()].filter((other) => other.lit && other.part !== box.part);
      const others = elsewhere.filter((other) => other.note);
      const few = others.slice(0, 2).map((other) => "= " + told(other));
      if (!elsewhere.length && box.ties.length && parts.length > 1) { few.push("no other picture here has a box of these bytes"); }
      if (others.length > 2) { few[1] += "   … and " + (others.length - 2) + " more"; }
      say(told(box), ...few);
    };
    const boxOf = (event) => boxes.get(event.target.closest("td")) || null;
    const rove = (box) => {
      box.part.stop.cell.tabIndex = -1;
      box.cell.tabIndex = 0;
      box.part.stop = box;
    };

    root.addEventListener("pointerover", (event) => { hovered = boxOf(event); light(); });
    root.addEventListener("pointerleave", () => { hovered = null; light(); });
    root.addEventListener("focusin", (event) => {
      focused = boxOf(event);
      if (focused) { rove(focused); }
      light();
    });
    root.addEventListener("focusout", () => { focused = null; light(); });
    root.addEventListener("click", (event) => {
      const box = boxOf(event);
      pinned = box === pinned ? null : box;
      light();
    });
    root.addEventListener("keydown", (event) => {
      const box = boxOf(event);
      if (!box || event.altKey || event.metaKey) { return; }
      const upright = /^(ArrowUp|ArrowDown|Page)/.test(event.key);
      const column = held && held.box === box ? held.column : box.column;
      const next = event.ctrlKey && upright ? null : lead(box, event.key, event.ctrlKey, column);
      if (next) {
        held = upright ? { box: next, column } : null;
        hovered = null;
        next.cell.focus();
        light();
      } else if (event.key === "Enter" || event.key === " ") {
        pinned = box === pinned ? null : box;
      } else if (event.key === "Escape") {
        hovered = pinned = null;
        box.cell.blur();
        light();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
    say(HINT);
  };

  for (const root of document.querySelectorAll(".tensorlab")) {
    if (!root.tensorlab) {
      root.tensorlab = true;
      start(root);
    }
  }
})();
