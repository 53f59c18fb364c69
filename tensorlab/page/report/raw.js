/* Raw data: files to be saved as they were, and each row's own line, with its blocks drawn. */
(() => {
  const link = (name, text) => {
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
    anchor.download = name;
    anchor.click();
    URL.revokeObjectURL(anchor.href);
  };
  for (const raw of document.querySelectorAll("pre.raw")) {
    const button = document.createElement("button");
    button.className = "small";
    button.textContent = "Save";
    button.title = `save ${raw.dataset.name} as it was`;
    button.addEventListener("click", (event) => { event.preventDefault(); link(raw.dataset.name, raw.textContent); });
    raw.parentElement.querySelector("summary").append(" ", button);
  }
  let lines = null;
  const line = (number) => {
    lines ??= document.getElementById("raw-0").textContent.split("\n");
    return lines[number - 1];
  };
  const prefixed = (seconds) => {
    for (const [size, unit] of [[1, "s"], [1e-3, "ms"], [1e-6, "µs"]]) {
      if (seconds >= size) return `${(seconds / size).toPrecision(3)} ${unit}`;
    }
    return `${(seconds / 1e-9).toPrecision(3)} ns`;
  };
  const element = (name, attributes, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  const blocks = (run) => {
    const seconds = (run.clock === "cpu" ? run.cpu : run.wall).map((block) => block / (run.loops || 1));
    const most = seconds.reduce((a, b) => Math.max(a, b), 0) || 1;
    const least = seconds.reduce((a, b) => Math.min(a, b), most);
    const middle = [...seconds].sort((a, b) => a - b)[Math.floor(seconds.length / 2)];
    const picture = element("svg", { class: "blocks", viewBox: "0 0 640 110" });
    const up = (value) => 100 - 90 * ((value - least) / (most - least || 1));
    seconds.forEach((value, place) => {
      const dot = element("circle", { cx: 8 + 624 * (place + 0.5) / seconds.length, cy: up(value), r: 2.5 });
      dot.dataset.told = `block ${place + 1} of ${seconds.length}: ${prefixed(value)} a call`;
      picture.append(dot);
    });
    picture.append(element("line", { x1: 0, x2: 640, y1: up(middle), y2: up(middle) }));
    const told = document.createElement("p");
    told.className = "note";
    told.textContent = `${seconds.length} blocks in the order in which they ran, ${run.loops} calls each, on the `
      + `${run.clock ?? "wall"} clock; from ${prefixed(least)} to ${prefixed(most)} a call; dashed: the median, ${prefixed(middle)}.`
      + ` First call ${prefixed(run.first)}; largest error ${run.error}.`;
    return [picture, told];
  };
  const opened = (row) => {
    const holder = document.createElement("tr");
    holder.className = "raws";
    const cell = holder.insertCell();
    cell.colSpan = row.cells.length;
    for (const number of row.dataset.l.split(" ").map(Number)) {
      const text = line(number);
      const data = JSON.parse(text);
      if (data.kind === "run") cell.append(...blocks(data));
      const where = document.createElement("p");
      where.className = "note";
      where.textContent = `line ${number} of ${document.getElementById("raw-0").dataset.name}`;
      const code = document.createElement("pre");
      code.className = "line";
      code.textContent = Object.entries(data).map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join("\n");
      cell.append(where, code);
    }
    return holder;
  };
  const table = document.getElementById("rows");
  const toggle = (row) => {
    const after = row.nextElementSibling;
    if (after && after.classList.contains("raws")) after.remove(); else row.after(opened(row));
    row.classList.toggle("open");
  };
  table.tBodies[0].addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row && row.dataset.l && !getSelection().toString()) toggle(row);
  });
})();
