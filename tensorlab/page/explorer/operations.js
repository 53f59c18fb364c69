// The next operation: which, with what, and what it would make of the view, before it is done.
const tensorlabOperations = (() => {
  "use strict";
  const { make, refill, say, badge } = tensorlabElements;
  const { tuple, unit, plural } = tensorlabWords;
  const KINDS = { view: "a view", copy: "copies", refused: "an error" };
  const drafts = new Map();
  let chosen = "transpose";
  let built = "";

  function formNow() {
    return tensorlabForms.FORMS.find((form) => form.id === chosen);
  }

  // A text is kept for as many axes as there were when it was typed: with others it would mean something else.
  function draftOf(form, field, layout) {
    return `${form.id}.${field.key}${field.kind === "text" ? `.${layout.shape.length}` : ""}`;
  }

  // What stands in the fields of a form: what was typed, while that can still be chosen, else what it starts with.
  function values(form, layout, rules) {
    return Object.fromEntries(
      form.fields.map((field) => {
        const wanted = [drafts.get(draftOf(form, field, layout)), field.first(layout, rules)];
        const fits = (text) => field.kind === "text" || field.options(layout, rules).some(([value]) => value === text);
        return [field.key, wanted.find((text) => text !== undefined && fits(text)) ?? ""];
      }),
    );
  }

  function foreseen(form, context) {
    const [state, stage] = [context.state(), context.stage()];
    const found = tensorlabForms.read(form, stage.view.layout, values(form, stage.view.layout, state.rules));
    if (found.step === null) return { ...found, outcome: null };
    return { ...found, outcome: tensorlabChain.outcome(stage, found.step, state.rules) };
  }

  function viewWords(layout) {
    const [word, size] = unit(layout);
    const inBytes = word === "elements" && layout.strides.length ? ` = ${tuple(layout.strides)} bytes` : "";
    return `shape ${tuple(layout.shape)}, strides ${tuple(layout.strides.map((n) => n / size))} ${word}${inBytes}, offset ${layout.offset / size}`;
  }

  // A verdict in words: what the view will be, or why and for how many bytes it must be copied, or the error.
  function verdict(outcome) {
    if (outcome.kind === "view") return `nothing is moved: ${viewWords(outcome.view.layout)}`;
    if (outcome.kind === "copy") return copied(outcome);
    return `${outcome.error}: ${outcome.message}`;
  }

  function copied(outcome) {
    const { layout } = outcome.result;
    const cost = tensorlabStorages.count(layout.shape) * layout.itemsize;
    return `${outcome.text.replace(/^COPY: /, "")}. ${plural(cost, "byte")} are copied to a fresh storage: ${viewWords(layout)}`;
  }

  function apply(context) {
    const { step, outcome, words } = foreseen(formNow(), context);
    const state = context.state();
    if (outcome === null) return context.say(`Not applied: ${words}.`);
    if (outcome.kind === "refused") return context.say(`Not applied: ${outcome.error}: ${outcome.message}`);
    for (const each of document.querySelectorAll(".arguments input")) each.defaultValue = each.value;
    context.change({ ...state, steps: [...state.steps, step] }, "step");
    return undefined;
  }

  function choice(form, rules, context) {
    const name = form[rules];
    const radio = make("input", {
      type: "radio",
      name: "operation",
      value: form.id,
      id: `op-${form.id}`,
      "data-key": `op-${form.id}`,
      disabled: name === null,
      onchange: () => choose(form.id, context),
    });
    radio.checked = form.id === chosen;
    const note = name === null ? ` (${form.id === "flip" ? "NumPy mode only" : "torch mode only"})` : "";
    return make(
      "label",
      { class: `choice${name === null ? " off" : ""}`, title: name === null ? `${form.says}${note}` : form.says },
      radio,
      make("span", {}, name ?? form.id),
      make("i", { class: "dot", "aria-hidden": "true" }),
      make("span", { class: "unseen", id: `tells-${form.id}` }),
    );
  }

  function choose(id, context) {
    chosen = id;
    draw(document.getElementById("operations"), context);
  }

  function input(form, field, context) {
    const id = `arg-${field.key}`;
    const store = (event) => {
      drafts.set(draftOf(form, field, context.stage().view.layout), event.target.value);
      refresh(context);
    };
    const { layout } = context.stage().view;
    const { rules } = context.state();
    const attributes = { id, "data-key": id, "aria-describedby": `hint-${field.key}` };
    const control =
      field.kind === "choice"
        ? make(
            "select",
            { ...attributes, disabled: field.options(layout, rules).length === 0, onchange: store },
            ...field.options(layout, rules).map(([value, label]) => make("option", { value }, label)),
          )
        : make("input", {
            ...attributes,
            type: "text",
            autocomplete: "off",
            spellcheck: "false",
            autocapitalize: "off",
            oninput: store,
          });
    control.value = values(form, layout, rules)[field.key];
    control.defaultValue = control.value;
    return make(
      "span",
      { class: "field" },
      make("label", { for: id }, field.label),
      control,
      make("span", { class: "range", id: `hint-${field.key}` }),
    );
  }

  // The panel: choices and fields are made again where they change, so that what is typed in stays in focus.
  function draw(place, context) {
    const { rules } = context.state();
    const { layout } = context.stage().view;
    if (formNow()[rules] === null) chosen = "transpose";
    const key = JSON.stringify([chosen, rules, layout.shape, layout.itemsize]);
    if (key !== built) build(place, context);
    built = key;
    refresh(context);
  }

  // What the dots beside the choices mean.
  function key() {
    const mark = (kind) =>
      make("span", { class: "choice", "data-verdict": kind }, make("i", { class: "dot" }), KINDS[kind]);
    return Object.keys(KINDS).map(mark);
  }

  function build(place, context) {
    const { rules } = context.state();
    const form = formNow();
    const submit = (event) => {
      event.preventDefault();
      apply(context);
    };
    refill(
      place,
      make("h2", {}, "Next operation"),
      make(
        "fieldset",
        { class: "choices" },
        make("legend", { class: "unseen" }, "operation"),
        ...tensorlabForms.FORMS.map((each) => choice(each, rules, context)),
      ),
      make("p", { class: "key" }, ...key()),
      make("p", { class: "why" }, form.says),
      make(
        "form",
        { class: "arguments", onsubmit: submit },
        ...form.fields.map((field) => input(form, field, context)),
        make("p", { class: "call" }, make("code", { id: "call" })),
        make("p", { class: "verdict", id: "verdict", role: "status", "aria-live": "polite" }),
        make("button", { type: "submit", class: "apply", id: "apply", "data-key": "apply" }, "Apply"),
      ),
    );
  }

  function refresh(context) {
    const [form, rules] = [formNow(), context.state().rules];
    const { view } = context.stage();
    const { layout } = view;
    const { step, outcome, words } = foreseen(form, context);
    const typed = values(form, layout, rules);
    for (const field of form.fields) {
      say(
        document.getElementById(`hint-${field.key}`),
        field.hint === undefined ? "" : field.hint(layout, typed, rules),
      );
    }
    say(document.getElementById("call"), step === null ? "…" : tensorlabChain.call(view, step, rules));
    const place = document.getElementById("verdict");
    const sentence = outcome === null ? words : verdict(outcome);
    place.className = `verdict ${outcome === null ? "" : outcome.kind}`;
    if (place.dataset.words !== sentence)
      place.replaceChildren(...(outcome === null ? [] : [badge(outcome.kind), " "]), sentence);
    place.dataset.words = sentence;
    document.getElementById("apply").classList.toggle("off", outcome === null || outcome.kind === "refused");
    for (const each of tensorlabForms.FORMS.filter((other) => other[rules] !== null)) {
      const kind = foreseen(each, context).outcome?.kind ?? "none";
      document.getElementById(`op-${each.id}`).parentElement.dataset.verdict = kind;
      say(document.getElementById(`tells-${each.id}`), KINDS[kind] === undefined ? "" : `(${KINDS[kind]})`);
    }
  }

  return { draw };
})();
