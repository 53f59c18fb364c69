// A diagram whose clusters fold: rows keep their places along the line, what is below moves up.
(() => {
const HEAD = 24, PAD = 12, ROW = 30, BORDER = 12;
const start = (root) => {
root.dataset.started = "1";
const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
const svg = root.querySelector("svg"), info = root.querySelector(".tl-di"), said = root.querySelector("output");
const field = root.querySelector("input"), folded = new Set();
const nodes = [...root.querySelectorAll(".tl-dx")], groups = [...root.querySelectorAll(".tl-dc")], lines = [...root.querySelectorAll(".tl-de")];
const group = new Map(groups.map((g) => [+g.dataset.c, g]));
const box = new Map(), area = new Map(), tops = new Map();
let zoom = 1;
const spotHeight = (s) => s[0] === "box" ? s[4] : s[0] === "cluster" ? height(s[1]) : 0;
const heights = (c) => data.levels[c].rows.map((row) => Math.max(0, ...row.map((n) => spotHeight(data.levels[c].spots[n]))));
const inner = (c) => { const h = heights(c); return h.reduce((sum, one, n) => sum + one + (n ? (h[n - 1] && one ? ROW : BORDER) : 0), 0); };
const height = (c) => folded.has(c) ? HEAD + 6 : HEAD + inner(c) + PAD;
const place = (c, left, top) => {
const level = data.levels[c], h = heights(c), at = [];
let y = top;
h.forEach((one, n) => { if (n) { y += h[n - 1] && one ? ROW : BORDER; } at.push(y); y += one; });
tops.set(c, { at, h, left });
for (const s of level.spots) {
const [kind, number, x, row, , width] = s;
if (kind !== "box" && kind !== "cluster") { continue; }
const tall = spotHeight(s), here = { x: left + x - width / 2, y: at[row] + (h[row] - tall) / 2, w: width, h: tall };
if (kind === "box") { box.set(number, here); continue; }
area.set(number, here);
if (!folded.has(number)) { place(number, here.x + (width - data.levels[number].width) / 2, here.y + HEAD); }
}
};
const shift = (c, port) => { const level = data.levels[c]; return level.spots[level.ports[port]][2] - level.width / 2; };
const strokes = (way) => {
const made = [];
for (const [c, link] of way) {
if (!tops.has(c)) { continue; }
const level = data.levels[c], { at, h, left } = tops.get(c), [chain, from, to] = level.links[link];
chain.forEach((n, step) => {
const [kind, number, sx, row] = level.spots[n];
let x = left + sx, low = at[row], high = at[row] + h[row];
const first = step === 0, last = step === chain.length - 1;
if (first || last) {
const port = first ? from : to;
if (kind === "box") { const b = box.get(number); if (first) { low = b.y + b.h; } else { high = b.y; } }
else if (kind === "cluster") { const b = area.get(number); x += port === null ? 0 : shift(number, port); if (first) { low = b.y + b.h; } else { high = b.y; } }
else { const b = area.get(c); if (kind === "in") { low = b.y; } else { high = b.y + b.h; } }
}
made.push([x, low, high]);
});
}
return made;
};
const path = (made) => {
let [x, y] = made[0], d = `M${x} ${y}`;
for (const [sx, a, b] of made) {
if (Math.abs(sx - x) > 0.5) { const m = (y + a) / 2; d += `C${x} ${m} ${sx} ${m} ${sx} ${a}`; x = sx; y = a; }
if (b !== y) { d += `V${b}`; y = b; }
}
return d;
};
const draw = () => {
box.clear(); area.clear(); tops.clear();
place(-1, 1, 1);
const tall = inner(-1) + 2, wide = data.levels[-1].width + 2;
svg.setAttribute("viewBox", `0 0 ${wide} ${tall}`);
svg.setAttribute("width", wide * zoom); svg.setAttribute("height", tall * zoom);
for (const g of nodes) { const b = box.get(+g.dataset.n); g.style.display = b ? "" : "none"; if (b) { g.setAttribute("transform", `translate(${b.x} ${b.y})`); } }
for (const [c, g] of group) {
const b = area.get(c);
g.style.display = b ? "" : "none";
if (!b) { continue; }
g.setAttribute("transform", `translate(${b.x} ${b.y})`);
g.querySelector("rect").setAttribute("height", b.h);
g.querySelector("text").textContent = `${folded.has(c) ? "▸" : "▾"} ${g.dataset.t}${folded.has(c) ? ` (${g.dataset.k})` : ""}`;
g.setAttribute("aria-expanded", String(!folded.has(c)));
}
lines.forEach((g, n) => {
const made = strokes(data.ways[n]);
g.style.display = made.length ? "" : "none";
if (!made.length) { return; }
const end = made[made.length - 1], [line, head, words] = g.children;
line.setAttribute("d", path([...made.slice(0, -1), [end[0], end[1], Math.max(end[2] - 6, end[1])]]));
head.setAttribute("d", `M${end[0]} ${end[2]}l-4 -7h8z`);
if (words) { words.setAttribute("x", made[0][0] + 5); words.setAttribute("y", made[0][2] + 13); }
});
};
const toggle = (c) => { if (folded.has(c)) { folded.delete(c); } else { folded.add(c); } draw(); };
const tell = (g) => {
const note = g.dataset.i || "";
info.textContent = note;
lines.forEach((e) => e.classList.toggle("tl-dl", g.dataset.n !== undefined && (e.dataset.s === g.dataset.n || e.dataset.d === g.dataset.n)));
};
for (const g of nodes) { for (const kind of ["pointerenter", "focus", "click"]) { g.addEventListener(kind, () => tell(g)); } }
for (const [c, g] of group) {
g.addEventListener("click", () => toggle(c));
g.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(c); } });
}
let hits = [], at = -1;
const search = () => {
const words = field.value.trim().toLowerCase();
hits = words ? nodes.filter((g) => `${g.textContent}\n${g.dataset.i}`.toLowerCase().includes(words)) : [];
at = -1;
svg.classList.toggle("tl-dq", Boolean(words));
nodes.forEach((g) => g.classList.toggle("tl-dh", hits.includes(g)));
said.textContent = words ? `${hits.length} of ${nodes.length} boxes; Enter goes to the next` : "";
};
const next = () => {
if (!hits.length) { return; }
at = (at + 1) % hits.length;
for (const c of data.inside[+hits[at].dataset.n]) { folded.delete(c); }
draw();
hits[at].scrollIntoView({ block: "center", inline: "center" });
tell(hits[at]);
said.textContent = `${at + 1} of ${hits.length}`;
};
field.addEventListener("input", search);
field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); next(); } });
const act = { fold: () => { for (const c of data.outer) { folded.add(c); } draw(); }, unfold: () => { folded.clear(); draw(); }, smaller: () => { zoom /= 1.25; draw(); }, larger: () => { zoom *= 1.25; draw(); } };
for (const button of root.querySelectorAll("button")) { button.addEventListener("click", () => act[button.dataset.a]()); }
root.querySelector(".tl-db").hidden = false;
draw();
const view = root.querySelector(".tl-dv"), first = box.get(0) || area.get(data.outer[0]);
if (first) { view.scrollLeft = (first.x + first.w / 2) * zoom - view.clientWidth / 2; }
};
document.querySelectorAll(".tl-d:not([data-started])").forEach(start);
})();
