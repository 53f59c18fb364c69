// A state is plain data: a start, whose rules are followed, and the steps applied. This file works out what follows.
//   {start: {shape, strides, offset, dtype, nbytes}, rules, steps: [step, ...]}, strides and offset in bytes
// A step is an operation of the algebra, or one of two of the page's own: {op: "contiguous"}, which copies where it
// must, and {op: "by_hand", shape, strides, offset, dtype}, numbers that were typed over the same storage.
const tensorlabChain = (() => {
  "use strict";
  const { dtypes, objection } = tensorlabLimits;

  function viewOf(numbers) {
    const { shape, strides, offset } = numbers;
    const dtype = dtypes.get(numbers.dtype);
    const layout = { shape: [...shape], strides: [...strides], offset, itemsize: dtype.itemsize };
    return { layout, dtype, conj: false, neg: false };
  }

  function knows(rules, name) {
    const dtype = dtypes.get(name);
    return dtype !== undefined && (rules === "torch" || dtype.numpy);
  }

  // What a step would make of a stage: VIEW, COPY or REFUSED, before anything is done.
  function outcome(stage, step, rules) {
    const found = raw(stage, step, rules);
    if (found.kind === "refused") return found;
    const made = found.kind === "view" ? found.view : found.result;
    const total = tensorlabStorages.count(made.layout.shape) * made.layout.itemsize;
    const why = objection(made.layout, found.kind === "view" ? stage.storage.nbytes : total, rules);
    return why === null ? found : { kind: "refused", error: "this page", message: why };
  }

  function raw(stage, step, rules) {
    if (step.op === "by_hand") return byHand(step, stage.storage.nbytes, rules);
    if (step.op === "contiguous") return contiguous(stage, rules);
    const known = step.op !== "reinterpret" || knows(rules, step.dtype);
    if (!known) return { kind: "refused", error: "TypeError", message: `${rules} has no dtype ${step.dtype}` };
    return tensorlabAlgebra.apply(stage.view, lowered(step), rules);
  }

  // A step as the algebra takes it: with the record of a dtype, not its name.
  function lowered(step) {
    if (step.op === "by_hand") return { op: "as_strided", view: viewOf(step) };
    return step.op === "reinterpret" ? { ...step, dtype: dtypes.get(step.dtype) } : step;
  }

  // The call that a step is in its library, on a view of a tensor called x.
  function call(view, step, rules) {
    const words = tensorlabAlgebra.asCall(view, lowered(step), rules);
    return typeof words === "string" ? words : "…";
  }

  // The whole state as a program.
  function program({ start, rules, steps }) {
    const words = tensorlabAlgebra.asCode({
      rules,
      view: viewOf(start),
      nbytes: start.nbytes,
      ops: steps.map(lowered),
    });
    return typeof words === "string" ? words : `# ${words.message}\n`;
  }

  function byHand(step, nbytes, rules) {
    if (!knows(rules, step.dtype))
      return { kind: "refused", error: "TypeError", message: `${rules} has no dtype ${step.dtype}` };
    const why = astray(step, nbytes, rules);
    return why === null ? { kind: "view", view: viewOf(step) } : { kind: "refused", error: "ValueError", message: why };
  }

  // NumPy makes no array that begins behind its storage, not even an empty one; torch does.
  function astray({ shape, offset }, nbytes, rules) {
    if (rules !== "numpy" || !shape.includes(0) || offset <= nbytes) return null;
    return `NumPy has no array, not even an empty one, that begins at byte ${offset} of ${nbytes}`;
  }

  // The nearest offset at which there can be one.
  function placed(numbers, nbytes, rules) {
    return astray(numbers, nbytes, rules) === null ? numbers : { ...numbers, offset: nbytes };
  }

  function contiguous(stage, rules) {
    const found = tensorlabAlgebra.orderBreak(stage.view.layout, "C");
    if (found === null) return { kind: "view", view: stage.view };
    const copy = tensorlabAlgebra.apply(stage.view, { op: "copy" }, rules);
    return { ...copy, text: `COPY: ${tensorlabWords.broken(stage.view.layout, found)}` };
  }

  // The start and each step as a stage: {step, outcome, view, storage, rules}; `fault` is the first step that is refused.
  function run(state) {
    const view = viewOf(state.start);
    const storage = tensorlabStorages.fresh(0, state.start.nbytes, view.layout, view.dtype);
    tensorlabStorages.tint(storage, view.layout);
    const stages = [{ step: null, outcome: null, view, storage, rules: state.rules }];
    for (const [at, step] of state.steps.entries()) {
      const before = stages[stages.length - 1];
      const found = outcome(before, step, state.rules);
      if (found.kind === "refused") return { stages, fault: { at, step, found } };
      stages.push(follow(before, step, found));
    }
    return { stages, fault: null };
  }

  function follow(before, step, found) {
    if (found.kind === "view") {
      tensorlabStorages.tint(before.storage, found.view.layout);
      return { ...before, step, outcome: found, view: found.view };
    }
    const storage = tensorlabStorages.copy(before.storage, before.view, found.result);
    return { ...before, step, outcome: found, view: found.result, storage };
  }

  // Why a state cannot be shown; null where it can.
  function fault(state) {
    if (!knows(state.rules, state.start.dtype)) return `${state.rules} has no dtype ${state.start.dtype}`;
    const { layout } = viewOf(state.start);
    const why =
      objection(layout, state.start.nbytes, state.rules) ?? astray(state.start, state.start.nbytes, state.rules);
    if (why !== null) return why;
    const most = tensorlabLink.MOST_STEPS;
    if (state.steps.length > most) return `${most} operations at most are followed`;
    const failed = run(state).fault;
    return failed === null ? null : `step ${failed.at + 1} is refused: ${failed.found.error}: ${failed.found.message}`;
  }

  // The state after numbers were typed: they are the start while nothing was applied to it, else a step of their own.
  function typed(state, asked) {
    const numbers = placed(asked, asked.nbytes, state.rules);
    if (state.steps.length === 0) return { ...state, start: { ...state.start, ...numbers } };
    const last = state.steps[state.steps.length - 1];
    const { shape, strides, offset, dtype } = numbers;
    const step = { op: "by_hand", shape, strides, offset, dtype };
    const kept = last.op === "by_hand" ? state.steps.slice(0, -1) : state.steps;
    return { ...state, steps: [...kept, step] };
  }

  function numbersOf(stage) {
    const { layout, dtype } = stage.view;
    return {
      shape: layout.shape,
      strides: layout.strides,
      offset: layout.offset,
      dtype: dtype.name,
      nbytes: stage.storage.nbytes,
    };
  }

  return { viewOf, knows, outcome, call, program, run, fault, typed, numbersOf };
})();
