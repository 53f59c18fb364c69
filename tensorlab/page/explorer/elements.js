// Elements of the page, made without ever reading text as markup.
const tensorlabElements = (() => {
  "use strict";

  // make("button", {class: "small", type: "button", onclick: f}, "words", otherElement)
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  // New children in a place; the focus returns to the one that has the name which the focused one had, else to the
  // first that can have it.
  function refill(place, ...children) {
    const active = document.activeElement;
    const held = place.contains(active) && active !== place;
    const key = held ? active.dataset.key : undefined;
    place.replaceChildren(...children.filter((child) => child !== null));
    if (!held) return;
    const same = key === undefined ? null : place.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
    (
      same ?? place.querySelector("[tabindex='0'], button:not(:disabled), input:not(:disabled), select:not(:disabled)")
    )?.focus();
  }

  // Another text only where it differs, so that a reader of the screen is told of changes alone.
  function say(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }

  function badge(kind) {
    const words = { view: "VIEW", copy: "COPY", refused: "ERROR" }[kind];
    return make("span", { class: `badge ${kind}` }, words);
  }

  // The text on the clipboard; where that is refused the text is selected in the element that shows it.
  async function toClipboard(text, shown) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      if (shown instanceof HTMLInputElement) shown.select();
      else window.getSelection().selectAllChildren(shown);
      return false;
    }
  }

  return { make, refill, say, badge, toClipboard };
})();
