// What was done: each operation with its verdict, as a list and as a program.
const tensorlabSteps = (() => {
  "use strict";
  const { make, refill, badge, say } = tensorlabElements;
  const { tuple, unit, plural } = tensorlabWords;

  function numbersWords(layout, dtype) {
    const [word, size] = unit(layout);
    return `${dtype.name} ${tuple(layout.shape)}, strides ${tuple(layout.strides.map((n) => n / size))}, offset ${layout.offset / size} in ${word}`;
  }

  function item(stage, before, rules) {
    const { step, outcome, view, storage } = stage;
    if (step === null) {
      return make(
        "li",
        { class: "step" },
        make("span", { class: "badge start" }, "START"),
        " ",
        make("span", {}, `${numbersWords(view.layout, view.dtype)}; storage of ${plural(storage.nbytes, "byte")}`),
      );
    }
    const name = step.op === "by_hand" ? "numbers set by hand" : tensorlabChain.call(before.view, step, rules);
    const line = make("div", {}, badge(outcome.kind), " ", make("code", {}, name));
    const words =
      outcome.kind === "copy"
        ? `${outcome.text.replace(/^COPY: /, "")}. ${plural(storage.nbytes, "byte")} copied; a fresh storage is drawn now.`
        : numbersWords(view.layout, view.dtype);
    return make("li", { class: `step ${outcome.kind}` }, line, make("div", { class: "why" }, words));
  }

  function draw(place, state, stages) {
    const copies = stages.filter((stage) => stage.outcome?.kind === "copy");
    const cost = copies.reduce((total, stage) => total + stage.storage.nbytes, 0);
    const sum = `${plural(state.steps.length, "operation")}: ${plural(state.steps.length - copies.length, "view")}, ${plural(copies.length, "copy", "copies")}${cost ? ` (${plural(cost, "byte")})` : ""}`;
    const head = state.steps.length === 0 ? "Nothing applied yet." : `${sum}.`;
    refill(
      place,
      make("h2", {}, "History"),
      make("p", { class: "why", role: "status" }, head),
      make(
        "ol",
        { class: "steps", start: "0" },
        ...stages.map((stage, at) => item(stage, stages[at - 1], state.rules)),
      ),
    );
  }

  function drawCode(state) {
    say(document.getElementById("code"), tensorlabChain.program(state));
    say(document.getElementById("copy-code"), state.rules === "torch" ? "Copy as torch code" : "Copy as NumPy code");
  }

  return { draw, drawCode };
})();
