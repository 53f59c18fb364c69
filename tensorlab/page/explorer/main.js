// The page: one state at a time, drawn whole after every change, and kept in the address.
const tensorlabExplorer = (() => {
  "use strict";
  const { say } = tensorlabElements;
  const QUICKEST = 100; // milliseconds between two writes of the address: browsers refuse more
  const { rules: firstRules, ...firstNumbers } = tensorlabLimits.start;
  const start = { start: firstNumbers, rules: firstRules, steps: [] };
  let history = tensorlabHistory.open(start);
  let worked = tensorlabChain.run(start);
  let content = "position";
  let writing = null;
  let written = -Infinity;
  let pushing = false;

  const context = {
    state: () => history.now,
    stage: () => worked.stages[worked.stages.length - 1],
    change,
    say: (words) => say(document.getElementById("notice"), words),
    tell: (words) => say(document.getElementById("numbers-tell"), words),
  };

  // A new state, which undo leads back from. What cannot be shown is refused with its reason.
  function change(state, kind) {
    const why = tensorlabChain.fault(state);
    if (why !== null) return context.say(`Not done: ${why}.`);
    context.say("");
    if (kind !== "number") context.tell("");
    history = tensorlabHistory.advance(history, state);
    write(kind === "step" || kind === "anew");
    draw();
    return undefined;
  }

  function travel(step) {
    const before = history;
    history = step(history);
    if (history === before) return;
    context.say("");
    context.tell("");
    write(true);
    draw(true);
  }

  const undo = () => travel(tensorlabHistory.undo);
  const redo = () => travel(tensorlabHistory.redo);

  function reset() {
    if (tensorlabLink.encode(history.now) !== tensorlabLink.encode(start)) change(start, "anew");
  }

  // An operation makes an entry for the back button, and so does undoing; typing rewrites the one that there is.
  function write(push) {
    pushing = pushing || push;
    if (writing !== null) return;
    const wait = Math.max(0, QUICKEST - (performance.now() - written));
    if (wait === 0) flush();
    else writing = setTimeout(flush, wait);
  }

  function flush() {
    clearTimeout(writing);
    writing = null;
    written = performance.now();
    const hash = `#${tensorlabLink.encode(history.now)}`;
    const how = pushing && hash !== location.hash ? "pushState" : "replaceState";
    pushing = false;
    try {
      window.history[how](null, "", hash);
    } catch {
      // A page without an address of its own, as one inside a notebook, has no place for it; the link is shown below.
    }
    say(document.getElementById("link-text"), link());
  }

  function link() {
    return `${location.href.split("#")[0]}#${tensorlabLink.encode(history.now)}`;
  }

  // What the address says, at the beginning and after going back or forward.
  function read() {
    clearTimeout(writing);
    [writing, pushing] = [null, false];
    const text = location.hash.slice(1);
    const found = text === "" ? { state: start, words: "" } : tensorlabLink.decode(text);
    const state = found.state ?? start;
    const same = (other) => tensorlabLink.encode(other) === tensorlabLink.encode(state);
    history = tensorlabHistory.travelled(history, same) ?? tensorlabHistory.open(state);
    draw(true);
    context.tell("");
    context.say(found.words);
  }

  function setRules(rules, radios) {
    const why = tensorlabChain.fault({ ...history.now, rules });
    if (why === null) return change({ ...history.now, rules }, "rules");
    context.say(`${rules === "torch" ? "torch" : "NumPy"} cannot follow this: ${why}. Undo first, or reset.`);
    for (const radio of radios) radio.checked = radio.value === history.now.rules;
    return undefined;
  }

  // `settled`: also the field that has the focus shows what is drawn.
  function draw(settled = false) {
    const state = history.now;
    worked = tensorlabChain.run(state);
    const stage = context.stage();
    tensorlabPicture.draw(stage, content);
    tensorlabNumbers.draw(document.getElementById("numbers"), context, settled);
    tensorlabOperations.draw(document.getElementById("operations"), context);
    tensorlabSteps.draw(document.getElementById("steps"), state, worked.stages);
    tensorlabSteps.drawCode(state);
    document.getElementById("undo").disabled = history.past.length === 0;
    document.getElementById("redo").disabled = history.next.length === 0;
    for (const radio of document.querySelectorAll("input[name=rules]")) radio.checked = radio.value === state.rules;
    say(document.getElementById("link-text"), link());
  }

  async function copy(text, shown, what) {
    const done = await tensorlabElements.toClipboard(text, shown);
    context.say(
      done
        ? `${what} is copied.`
        : `The browser does not let the page copy; ${what.toLowerCase()} is selected: press Ctrl+C.`,
    );
  }

  // A text that was typed in, and not used yet, is undone by the browser.
  function isEdited(element) {
    return element instanceof HTMLInputElement && element.type === "text" && element.value !== element.defaultValue;
  }

  function pressed(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isEdited(event.target)) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) redo();
    else undo();
  }

  function open() {
    const parts = tensorlabParts.build({
      undo,
      redo,
      reset,
      setRules,
      content: (word) => {
        content = word;
        tensorlabPicture.draw(context.stage(), content);
      },
      copyLink: () => copy(link(), document.getElementById("link-text"), "The link"),
      copyCode: () => copy(document.getElementById("code").textContent, document.getElementById("code"), "The code"),
    });
    const place = document.getElementById("explorer");
    place.append(...parts);
    tensorlabAnew.build(document.getElementById("new-tensor"), context);
    tensorlabPicture.listen(() => tensorlabPicture.draw(context.stage(), content));
    document.addEventListener("keydown", pressed);
    window.addEventListener("popstate", read);
    window.addEventListener("hashchange", read);
    document.getElementById("still").remove();
    place.hidden = false;
    read();
  }

  open();
  return { state: () => history.now, stage: context.stage, flush };
})();
