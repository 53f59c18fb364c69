// A new tensor from a shape, and from strides where they are given: on the smallest storage that holds it.
const tensorlabAnew = (() => {
  "use strict";
  const { make } = tensorlabElements;

  function numbersIn(text, what, pattern) {
    const inner = text
      .trim()
      .replace(/^[[(](.*)[\])]$/, "$1")
      .trim()
      .replace(/,$/, "");
    const parts = inner === "" ? [] : inner.split(/\s*[,x×]\s*|\s+/);
    return parts.every((part) => pattern.test(part))
      ? { found: parts.map(Number), words: "" }
      : { found: null, words: `${what} are whole numbers with commas between them, as 4, 6` };
  }

  // The start that the texts stand for, or what is wrong with them. A negative stride begins at the far end.
  function started(shapeText, stridesText, dtype) {
    const shape = numbersIn(shapeText, "The sizes of a shape", /^[0-9]{1,4}$/);
    const steps = numbersIn(stridesText, "Strides", /^-?[0-9]{1,4}$/);
    const words = shape.words || steps.words;
    if (words !== "") return { start: null, words };
    const given = stridesText.trim() !== "";
    if (given && steps.found.length !== shape.found.length)
      return { start: null, words: `${shape.found.length} sizes need as many strides, got ${steps.found.length}` };
    const size = dtype.itemsize;
    const strides = given ? steps.found.map((n) => n * size + 0) : tensorlabLink.contiguous(shape.found, size);
    const reach = shape.found.map((n, axis) => (Math.max(n, 1) - 1) * strides[axis]);
    const empty = shape.found.includes(0);
    const offset = empty ? 0 : reach.reduce((low, far) => low - Math.min(far, 0), 0);
    const layout = { shape: shape.found, strides, offset, itemsize: size };
    const nbytes = tensorlabLimits.storages(layout)[0];
    return { start: { shape: shape.found, strides, offset, dtype: dtype.name, nbytes }, words: "" };
  }

  function apply(shape, strides, context) {
    const state = context.state();
    const { start, words } = started(shape.value, strides.value, context.stage().view.dtype);
    if (start === null) return context.say(`${words}.`);
    const made = { ...state, start, steps: [] };
    const why = tensorlabChain.fault(made);
    if (why !== null) return context.say(`Not this one: ${why}.`);
    for (const each of [shape, strides]) each.defaultValue = each.value;
    return context.change(made, "anew");
  }

  function field(id, label, placeholder) {
    const input = make("input", { type: "text", id, placeholder, autocomplete: "off", spellcheck: "false" });
    return { input, whole: make("span", { class: "field" }, make("label", { for: id }, label), input) };
  }

  // The form, made once.
  function build(place, context) {
    const shape = field("new-shape", "shape", "4, 6");
    const strides = field("new-strides", "strides", "C order");
    const submit = (event) => {
      event.preventDefault();
      apply(shape.input, strides.input, context);
    };
    place.append(
      make("h2", {}, "A new tensor"),
      make(
        "p",
        { class: "why" },
        "A pattern to begin from, or sizes and strides in elements; Undo brings back what was there.",
      ),
      tensorlabPatterns.build(context),
      make(
        "form",
        { class: "anew", onsubmit: submit },
        shape.whole,
        strides.whole,
        make("button", { type: "submit", id: "anew" }, "Start over"),
      ),
    );
  }

  return { build };
})();
