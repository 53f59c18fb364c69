/* Tables: a click on a head sorts; rows of the run are filtered, and come in portions. */
const PORTION = 200;
const valueOf = (row, place) => {
  const cell = row.cells[place];
  if (!cell) return "";
  return "v" in cell.dataset ? Number(cell.dataset.v) : cell.textContent;
};
const compared = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
function sorted(rows, place, down) {
  const keyed = rows.map((row) => [valueOf(row, place), row]);
  const numbers = keyed.some(([key]) => typeof key === "number");
  const empty = (key) => key === "" || key === "-" || (numbers && typeof key !== "number");  /* these stay at the end */
  keyed.sort(([a], [b]) => {
    if (empty(a) || empty(b)) return Number(empty(a)) - Number(empty(b));
    return down ? compared(b, a) : compared(a, b);
  });
  return keyed.map(([, row]) => row);
}
function heads(table, act) {
  table.classList.add("live");
  const cells = [...table.tHead.rows[0].cells];
  cells.forEach((cell, place) => {
    const button = document.createElement("button");
    button.textContent = cell.textContent;
    cell.replaceChildren(button);
    cell.addEventListener("click", () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      for (const other of cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      act(place, down);
    });
  });
}
for (const table of document.querySelectorAll("table.sortable:not(.rows)")) {
  const body = table.tBodies[0];
  heads(table, (place, down) => body.replaceChildren(...sorted([...body.rows], place, down)));
}
(() => {
  const table = document.getElementById("rows");
  const body = table.tBodies[0];
  const rest = document.getElementById("rest");
  const [workload, search, count, more] = ["workload", "search", "count", "more"].map((id) => document.getElementById(id));
  let every = [...body.rows, ...(rest ? document.importNode(rest.content, true).querySelectorAll("tr") : [])];
  if (rest) rest.remove();
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase());
    return texts.get(row);
  };
  let limit = PORTION;
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = every.filter((row) => (!workload.value || row.dataset.w === workload.value)
      && words.every((word) => textOf(row).includes(word)));
    const shown = chosen.slice(0, limit);
    body.replaceChildren(...shown);
    for (const row of shown) row.classList.remove("open");
    count.textContent = shown.length < chosen.length
      ? `${shown.length.toLocaleString("en")} of ${chosen.length.toLocaleString("en")} rows`
      : `${chosen.length.toLocaleString("en")} ${chosen.length === 1 ? "row" : "rows"}`;
    more.hidden = shown.length === chosen.length;
    for (const figure of document.querySelectorAll("figure[data-w]")) {
      figure.hidden = Boolean(workload.value) && figure.dataset.w !== workload.value;
    }
  };
  const anew = () => { limit = PORTION; show(); };
  heads(table, (place, down) => { every = sorted(every, place, down); show(); });
  workload.addEventListener("change", anew);
  search.addEventListener("input", anew);
  more.addEventListener("click", () => { limit += 5 * PORTION; show(); });
  document.getElementById("filters").hidden = false;
  document.getElementById("more-note").hidden = true;
  show();
})();
