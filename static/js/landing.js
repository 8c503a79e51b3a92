// When a new item comes, the focus lands on what says so, and a screen reader hears it.
export function land(root) {
  const landing = root.matches?.("[data-landing]") ? root : root.querySelector?.("[data-landing]");
  if (!landing) return;
  landing.tabIndex = -1;
  landing.focus({ preventScroll: true });
  landing.closest(".item-body")?.scrollTo(0, 0);
  if (matchMedia("(max-width: 52rem)").matches) scrollTo(0, 0);
}

document.addEventListener("htmx:afterSettle", ({ detail }) => land(detail.elt));
