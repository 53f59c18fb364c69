// The parts of the page that never change, and the picture that fills one of them.
const tensorlabParts = (() => {
  "use strict";
  const { make } = tensorlabElements;

  function button(id, words, onclick, title = "") {
    return make("button", { type: "button", id, onclick, title: title || null }, words);
  }

  function rulesChoice(setRules) {
    const radios = ["torch", "numpy"].map((rules) =>
      make("input", { type: "radio", name: "rules", value: rules, id: `rules-${rules}` }),
    );
    for (const radio of radios) radio.addEventListener("change", () => setRules(radio.value, radios));
    const labels = radios.map((radio) =>
      make("label", { class: "switch" }, radio, make("span", {}, radio.value === "torch" ? "torch" : "NumPy")),
    );
    return make("fieldset", { class: "rules" }, make("legend", { class: "unseen" }, "rules of"), ...labels);
  }

  function contentChoice(change) {
    const select = make(
      "select",
      { id: "content", onchange: () => change(select.value) },
      make("option", { value: "position" }, "position in the storage"),
      make("option", { value: "byte" }, "byte address"),
    );
    return make("span", { class: "field" }, make("label", { for: "content" }, "boxes show the"), select);
  }

  function picture(act) {
    return make(
      "section",
      { class: "panel picture", id: "picture", "aria-label": "Picture" },
      make("div", { id: "facts" }),
      make("p", { id: "inspector", class: "inspector" }),
      make("div", { id: "old" }),
      make("h2", { id: "storage-title" }, "Storage"),
      make("p", { class: "why", id: "storage-words" }),
      make("div", { id: "strip" }),
      make("ul", { class: "legend", id: "legend" }),
      make("div", { class: "head" }, make("h2", {}, "Elements by index"), contentChoice(act.content)),
      make("p", { class: "why", id: "grid-words" }),
      make("div", { id: "grid" }),
    );
  }

  function code(act) {
    return make(
      "section",
      { class: "panel code" },
      make(
        "div",
        { class: "head" },
        make("h2", {}, "As code"),
        button("copy-code", "Copy as torch code", act.copyCode),
      ),
      make("pre", { tabindex: "0", "aria-label": "the code" }, make("code", { id: "code" })),
      make("div", { class: "head" }, make("h2", {}, "As a link"), button("copy-link", "Copy link", act.copyLink)),
      make("p", { class: "link", tabindex: "0", "aria-label": "the link", id: "link-text" }),
    );
  }

  function build(act) {
    const bar = make(
      "div",
      { class: "bar", role: "toolbar", "aria-label": "History and rules" },
      rulesChoice(act.setRules),
      button("undo", "Undo", act.undo, "Ctrl+Z"),
      button("redo", "Redo", act.redo, "Ctrl+Shift+Z"),
      button("reset", "Reset", act.reset, "Back to the start"),
    );
    return [
      bar,
      make("p", { class: "notice", id: "notice", role: "alert" }),
      make(
        "div",
        { class: "columns" },
        picture(act),
        make(
          "div",
          { class: "side" },
          make("section", { class: "panel", id: "numbers", "aria-label": "Numbers" }),
          make("section", { class: "panel", id: "operations", "aria-label": "Next operation" }),
          make("section", { class: "panel", id: "steps", "aria-label": "History" }),
          make("section", { class: "panel", id: "new-tensor", "aria-label": "A new tensor" }),
        ),
        code(act),
      ),
    ];
  }

  return { build };
})();
