// Layouts that everybody meets, each a link with a sentence: to begin from, and to see what strides can do.
const tensorlabPatterns = (() => {
  "use strict";
  const { make } = tensorlabElements;
  const PATTERNS = [
    ["contiguous", "shape=4,6", "each stride is the product of the sizes after it"],
    ["transposed", "shape=4,6&ops=permute:1,0", "the strides have changed places, no byte has moved"],
    ["every other", "shape=4,6&ops=slice:1,,,2", "the stride is doubled, and holes are between"],
    ["broadcast", "shape=1,6&ops=expand:4,6", "a stride of 0: each row is the same bytes"],
    ["diagonal", "shape=5&strides=6&storage=25", "of 5 rows of 5: one more than a row is stepped over"],
    ["windows", "shape=6,3&strides=1,1", "each row begins one element after the last, so that they overlap"],
    ["channels last", "shape=2,3,2,4&strides=24,1,12,3", "the channels, axis j, lie side by side"],
    ["flipped", "shape=4,6&rules=numpy&ops=slice:1,,,-1", "a negative stride, from the far end: NumPy only"],
    ["must copy", "shape=4,6&ops=permute:1,0;reshape:24", "no stride leads through the columns: they are copied"],
  ];

  function choose([name, link, words], context) {
    context.change(tensorlabLink.decode(link).state, "anew");
    context.say(`${name}: ${words}.`);
    document.getElementById("notice").scrollIntoView({ block: "nearest" });
  }

  // A button for each; what was there before comes back by undo.
  function build(context) {
    const button = (pattern) =>
      make("button", { type: "button", class: "choice", onclick: () => choose(pattern, context) }, pattern[0]);
    return make("div", { class: "choices", role: "group", "aria-label": "Patterns" }, ...PATTERNS.map(button));
  }

  return { build, PATTERNS };
})();
