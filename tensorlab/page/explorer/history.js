// Undo and redo: the states that were, and those that were undone. A state is never changed, so it is kept as it is.
const tensorlabHistory = (() => {
  "use strict";
  const MOST = 300;

  // Undo leads through the steps of the first state one by one, also where it came with a link.
  function open(state) {
    const past = state.steps.map((_, at) => ({ ...state, steps: state.steps.slice(0, at) }));
    return { past, now: state, next: [] };
  }

  function advance(history, state) {
    return { past: [...history.past, history.now].slice(-MOST), now: state, next: [] };
  }

  function undo(history) {
    if (history.past.length === 0) return history;
    const past = history.past.slice(0, -1);
    return { past, now: history.past[history.past.length - 1], next: [history.now, ...history.next] };
  }

  function redo(history) {
    if (history.next.length === 0) return history;
    const [now, ...next] = history.next;
    return { past: [...history.past, history.now], now, next };
  }

  // The history gone back or forward to the nearest state that is meant, with redo and undo kept; null: it has none.
  function travelled(history, meant) {
    if (meant(history.now)) return history;
    const back = history.past.findLastIndex(meant);
    const on = history.next.findIndex(meant);
    if (back < 0 && on < 0) return null;
    const behind = history.past.length - 1 - back;
    const step = on < 0 || (back >= 0 && behind <= on) ? undo : redo;
    return Array.from({ length: (step === undo ? behind : on) + 1 }).reduce(step, history);
  }

  return { open, advance, undo, redo, travelled };
})();
