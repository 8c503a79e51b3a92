// A value and the words that support it light up together, whichever of the two one touches; v walks them.
const pinned = (node) => node.closest?.("[data-pin]")?.dataset.pin;
const markOf = (pin) => document.querySelector(`:is(mark, .box)[data-pin="${CSS.escape(pin)}"]`);
let lit = null;
let byPointer = false;

function show(pin, { scroll = false } = {}) {
  if (pin !== lit) {
    document.querySelectorAll("[data-pin].lit").forEach((element) => element.classList.remove("lit"));
    lit = pin ?? null;
    if (lit) document.querySelectorAll(`[data-pin="${CSS.escape(lit)}"]`).forEach((element) => element.classList.add("lit"));
  }
  if (scroll && lit) bringIntoPaper(markOf(lit));
}

// Scrolls the paper alone: the page keeps its place under the reader's eyes.
function bringIntoPaper(mark) {
  const paper = mark?.closest("[data-paper]");
  if (!paper) return;
  const offset = mark.getBoundingClientRect().top - paper.getBoundingClientRect().top;
  if (offset < 0 || offset > paper.clientHeight - 40) paper.scrollTop += offset - paper.clientHeight / 3;
}

for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, ({ target }) => {
    const pin = pinned(target);
    if (pin) {
      byPointer = kind === "pointerover";
      show(pin, { scroll: target.closest(".pin") !== null });
    } else if (byPointer) {
      byPointer = false;
      show(pinned(document.activeElement));
    }
  });
}

document.addEventListener("countersign:key", ({ detail }) => {
  if (detail.key !== "v") return;
  const pins = [...new Set([...document.querySelectorAll(":is(mark, .box)[data-pin]")].map((mark) => mark.dataset.pin))];
  if (pins.length === 0) return;
  byPointer = false;
  show(pins[(pins.indexOf(lit) + 1) % pins.length], { scroll: true });
  markOf(lit).closest("[data-paper]")?.scrollIntoView({ block: "nearest" });
});
