// The picture: facts, strips and grid of one stage, filled into their places.
const tensorlabPicture = (() => {
  "use strict";
  const { refill, make, say } = tensorlabElements;
  const { plural } = tensorlabWords;
  let widthThen = 0;

  function width() {
    return document.getElementById("strip").clientWidth;
  }

  function legend(stage, reading) {
    const some = (test) => reading.counts.some(test);
    const rows = [
      [some((n) => n === 1), "used", "read once"],
      [some((n) => n > 1), "used reused", "read by several indices (×n)"],
      [some((n) => n === 0), "hole", "a hole: no index leads here"],
    ];
    const items = rows
      .filter(([there]) => there)
      .map(([, role, words]) =>
        make("li", {}, make("span", { class: `box ${role} swatch`, "aria-hidden": "true" }), words),
      );
    return stage.storage.nbytes
      ? [...items, make("li", { class: "colours" }, "a colour stays with its bytes, also when a copy moves them")]
      : [];
  }

  function draw(stage, content) {
    widthThen = width();
    const reading = tensorlabStrip.readers(stage.view.layout, stage.storage.nbytes);
    const strip = tensorlabStrip.current(stage, widthThen);
    const grid = tensorlabGrid.draw(stage, content, reading);
    const old = stage.storage.copied === null ? null : tensorlabStrip.old(stage, widthThen);
    refill(document.getElementById("facts"), ...tensorlabFacts.draw(stage, reading));
    refill(document.getElementById("old"), ...(old === null ? [] : oldParts(stage, old)));
    say(document.getElementById("storage-title"), old === null ? "Storage" : "Storage, the fresh one");
    say(document.getElementById("storage-words"), tensorlabStrip.title(stage, strip));
    refill(
      document.getElementById("strip"),
      strip.boxes.length ? strip.picture : make("p", { class: "none" }, noBoxes(stage.storage.nbytes)),
    );
    refill(document.getElementById("legend"), ...legend(stage, reading));
    const shown = grid.drawn < grid.total ? `; ${tensorlabLimits.said(grid.drawn)} of them drawn` : "";
    say(document.getElementById("grid-words"), `${plural(grid.total, "element")}${shown}`);
    refill(document.getElementById("grid"), grid.picture);
    tensorlabLighting.enlist([...strip.boxes, ...grid.boxes, ...(old?.boxes ?? [])]);
  }

  function noBoxes(nbytes) {
    return nbytes ? "The storage is too small for one element." : "The storage has no bytes.";
  }

  function oldParts(stage, old) {
    const { copied } = stage.storage;
    const hidden = old.hidden ? `; ${tensorlabLimits.said(old.hidden)} places not drawn` : "";
    return [
      make("h2", {}, "Storage before the copy"),
      make(
        "p",
        { class: "why" },
        `${plural(copied.storage.nbytes, "byte")}, as they were: the view reads them no more. Point at a box to see where it went${hidden}.`,
      ),
      old.picture,
    ];
  }

  function listen(redraw) {
    tensorlabLighting.listen(document.getElementById("picture"));
    new ResizeObserver(() => {
      if (Math.abs(width() - widthThen) > 4) redraw();
    }).observe(document.getElementById("strip"));
  }

  return { draw, listen };
})();
