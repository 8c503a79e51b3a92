// j and k walk the rows and open what they reach; the mark moves at once, before the server has answered.
const rows = () => [...document.querySelectorAll("[data-list] .row")];

function mark(row) {
  for (const other of rows()) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
}

document.addEventListener("countersign:key", ({ detail }) => {
  const step = { j: 1, k: -1 }[detail.key];
  const all = rows();
  if (!step || all.length === 0) return;
  const focused = all.indexOf(document.activeElement);
  const here = focused >= 0 ? focused : all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  if (next === all[here]) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  if (next.closest("[data-list]").dataset.list !== "focus") next.click();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-list] .row");
  const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
  if (row && !elsewhere && row.closest("[data-list]").dataset.list !== "focus") mark(row);
});

// What did not come is not open: the mark goes back to the item that the page still shows.
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, ({ detail }) => {
    if (!detail.elt.closest?.("[data-list] .row")) return;
    const shown = document.querySelector("#main .item-body[data-item]")?.dataset.item;
    const row = document.getElementById(`row-${shown}`);
    if (row) mark(row);
    else detail.elt.removeAttribute("aria-current");
  });
}

// A view past the edge of its line is brought into sight when it is the one that is shown.
document.querySelector(".queue-head .tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

const pane = document.querySelector("[data-list]");
const current = pane?.querySelector(".row[aria-current]");
if (current && current.getBoundingClientRect().bottom > pane.getBoundingClientRect().bottom) {
  pane.scrollTop += current.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
}
