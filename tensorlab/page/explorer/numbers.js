// The numbers of the view, each with the range in which every element stays inside the storage.
const tensorlabNumbers = (() => {
  "use strict";
  const { make, refill, say } = tensorlabElements;
  const { unit, letters, plural } = tensorlabWords;
  const limits = tensorlabLimits;
  let shown = "";

  // What can be set: its range, its value now in the unit that is shown, and the numbers that a new value makes.
  function slots(state, stage) {
    const { layout } = stage.view;
    const numbers = tensorlabChain.numbersOf(stage);
    const size = unit(layout)[1];
    const inUnit = ([least, most]) => [Math.ceil(least / size) + 0, Math.floor(most / size) + 0];
    const found = new Map();
    layout.shape.forEach((n, axis) => {
      found.set(`size-${axis}`, {
        range: limits.sizes(layout, axis, numbers.nbytes),
        value: n,
        put: (v) => ({ ...numbers, shape: layout.shape.with(axis, v) }),
      });
      found.set(`stride-${axis}`, {
        range: inUnit(limits.strides(layout, axis, numbers.nbytes, state.rules)),
        value: layout.strides[axis] / size,
        put: (v) => ({ ...numbers, strides: layout.strides.with(axis, v * size) }),
      });
    });
    found.set("offset", {
      range: inUnit(limits.offsets(layout, numbers.nbytes)),
      value: layout.offset / size,
      put: (v) => ({ ...numbers, offset: v * size }),
    });
    found.set("storage", {
      range: inUnit(limits.storages(layout)),
      value: numbers.nbytes / size,
      put: (v) => ({ ...numbers, nbytes: v * size }),
    });
    return found;
  }

  // Another dtype keeps the counts of elements; on a storage that operations have used, its bytes stay as they are.
  function withDtype(state, stage, name) {
    const numbers = tensorlabChain.numbersOf(stage);
    const dtype = limits.dtypes.get(name);
    const size = stage.view.layout.itemsize;
    const whole = unit(stage.view.layout)[0] === "elements";
    const scaled = (n) => (whole ? (n / size) * dtype.itemsize : n);
    const nbytes = state.steps.length || numbers.nbytes % size ? numbers.nbytes : scaled(numbers.nbytes);
    return { ...numbers, strides: numbers.strides.map(scaled), offset: scaled(numbers.offset), nbytes, dtype: name };
  }

  function allowsDtype(state, stage, name) {
    if (!tensorlabChain.knows(state.rules, name)) return false;
    const numbers = withDtype(state, stage, name);
    return limits.objection(tensorlabChain.viewOf(numbers).layout, numbers.nbytes, state.rules) === null;
  }

  function field(key, labelText, context, hidden = false) {
    const input = make("input", {
      type: "number",
      step: "1",
      inputmode: "numeric",
      id: `number-${key}`,
      "data-key": key,
      "aria-describedby": `range-${key}`,
      oninput: () => typed(key, input, context),
      onblur: () => settle(key, input, context),
      onchange: () => settle(key, input, context),
    });
    const bump = (by, sign) =>
      make(
        "button",
        {
          type: "button",
          class: "bump",
          tabindex: "-1",
          "data-key": `${key}${by > 0 ? "+" : "-"}`,
          "aria-label": `${labelText} ${by > 0 ? "more" : "less"}`,
          onclick: () => nudge(key, by, input, context),
        },
        sign,
      );
    const label = make("label", { for: `number-${key}`, class: hidden ? "unseen" : "" }, labelText);
    const range = make("span", { class: "range", id: `range-${key}` });
    return make(
      "span",
      { class: "field" },
      label,
      make("span", { class: "stepper" }, bump(-1, "−"), input, bump(1, "+")),
      range,
    );
  }

  function slotOf(key, context) {
    return slots(context.state(), context.stage()).get(key);
  }

  function nudge(key, by, input, context) {
    const slot = slotOf(key, context);
    if (slot !== undefined) accept(key, slot, Math.trunc(slot.value) + by, context);
    settle(key, input, context);
  }

  function typed(key, input, context) {
    const slot = slotOf(key, context);
    if (slot === undefined) return;
    if (!/^[+-]?[0-9]{1,9}$/.test(input.value))
      context.tell("A whole number is needed here; the picture keeps the last one.");
    else accept(key, slot, Number(input.value), context);
  }

  // The number, or the nearest that keeps every element inside.
  function accept(key, slot, wanted, context) {
    const [least, most] = slot.range;
    const value = Math.min(Math.max(wanted, least), Math.max(most, least)) + 0;
    const name = key.replace(/-(\d+)$/, (_, axis) => ` of axis ${axis}`);
    const why = key.startsWith("storage")
      ? "the elements need the least, and this page draws no more than the most"
      : "beyond it an element would lie outside the storage, or there would be too many to draw";
    context.tell(value === wanted ? "" : `The ${name} goes from ${least} to ${most}: ${why}.`);
    if (value !== slot.value) context.change(tensorlabChain.typed(context.state(), slot.put(value)), "number");
  }

  function settle(key, input, context) {
    const slot = slotOf(key, context);
    if (slot !== undefined) input.value = `${slot.value}`;
  }

  function axisRow(axis, name, context) {
    const remove = make(
      "button",
      {
        type: "button",
        class: "small",
        "data-key": `remove-${axis}`,
        "aria-label": `remove axis ${axis}`,
        title: `Remove axis ${axis}: only its index 0 stays`,
        onclick: () => removed(axis, context),
      },
      "×",
    );
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, `${axis}`, make("span", { class: "letter" }, ` ${name}`)),
      make("td", {}, field(`size-${axis}`, `size of axis ${axis}`, context, true)),
      make("td", {}, field(`stride-${axis}`, `stride of axis ${axis}`, context, true)),
      make("td", { class: "bytes", id: `bytes-${axis}` }),
      make("td", {}, remove),
    );
  }

  function removed(axis, context) {
    const numbers = tensorlabChain.numbersOf(context.stage());
    const drop = (list) => list.filter((_, at) => at !== axis);
    context.change(
      tensorlabChain.typed(context.state(), { ...numbers, shape: drop(numbers.shape), strides: drop(numbers.strides) }),
      "axis",
    );
  }

  // An axis of size 1 moves nothing; its stride is the least that a longer axis could have.
  function added(context) {
    const numbers = tensorlabChain.numbersOf(context.stage());
    const { itemsize } = context.stage().view.layout;
    context.change(
      tensorlabChain.typed(context.state(), {
        ...numbers,
        shape: [...numbers.shape, 1],
        strides: [...numbers.strides, itemsize],
      }),
      "axis",
    );
  }

  // The panel, made once for each number of axes and then only filled.
  function build(place, context) {
    const { layout } = context.stage().view;
    const names = letters(layout.shape.length);
    const head = make(
      "tr",
      {},
      ...["axis", "size", "stride", "= bytes", ""].map((word) => make("th", { scope: "col" }, word)),
    );
    const dtype = make("select", {
      id: "dtype",
      "data-key": "dtype",
      onchange: (event) =>
        context.change(
          tensorlabChain.typed(context.state(), withDtype(context.state(), context.stage(), event.target.value)),
          "dtype",
        ),
    });
    refill(
      place,
      make("h2", {}, "Numbers"),
      make("p", { class: "why" }, "The same bytes, read another way: nothing is moved."),
      make(
        "table",
        { class: "axes" },
        make("thead", {}, head),
        make("tbody", {}, ...names.map((name, axis) => axisRow(axis, name, context))),
      ),
      make(
        "button",
        { type: "button", class: "small", id: "add-axis", "data-key": "add-axis", onclick: () => added(context) },
        "+ axis",
      ),
      make("div", { class: "pair" }, field("offset", "offset", context), field("storage", "storage", context)),
      make("p", { class: "pair" }, make("span", { class: "field" }, make("label", { for: "dtype" }, "dtype"), dtype)),
      make("p", { class: "tell", role: "status", id: "numbers-tell" }),
    );
  }

  // Fills what there is; a field that is typed in keeps its text while it means the number that it shows.
  function draw(place, context, settled) {
    const [state, stage] = [context.state(), context.stage()];
    const { layout, dtype } = stage.view;
    if (shown !== `${layout.shape.length}`) build(place, context);
    shown = `${layout.shape.length}`;
    const [word] = unit(layout);
    for (const [key, { range, value }] of slots(state, stage)) {
      const input = document.getElementById(`number-${key}`);
      [input.min, input.max] = range.map(String);
      if (settled || document.activeElement !== input) input.value = `${value}`;
      input.disabled = key === "storage" && (state.steps.length > 0 || value !== Math.trunc(value));
      for (const bump of input.parentElement.querySelectorAll(".bump")) bump.disabled = input.disabled;
      say(
        document.getElementById(`range-${key}`),
        input.disabled ? "set by the operations" : `${range[0]} to ${Math.max(...range)}`,
      );
    }
    layout.strides.forEach((n, axis) => say(document.getElementById(`bytes-${axis}`), `${n} B`));
    const select = document.getElementById("dtype");
    select.replaceChildren(
      ...[...limits.dtypes.keys()]
        .filter((name) => tensorlabChain.knows(state.rules, name))
        .map((name) =>
          make(
            "option",
            { value: name, disabled: name !== dtype.name && !allowsDtype(state, stage, name) },
            `${name}, ${plural(limits.dtypes.get(name).itemsize, "byte")}`,
          ),
        ),
    );
    select.value = dtype.name;
    place.dataset.unit = word;
    document.getElementById("add-axis").disabled = layout.shape.length >= limits.most.axes;
    place.querySelectorAll("th[scope=col]")[2].textContent = word === "elements" ? "stride" : "stride (B)";
  }

  return { draw };
})();
