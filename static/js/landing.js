// When a swap brings a new item, the focus lands on what says so, and a screen reader hears it.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const landing = detail.elt.matches?.("[data-landing]") ? detail.elt : detail.elt.querySelector?.("[data-landing]");
  if (!landing) return;
  landing.tabIndex = -1;
  landing.focus({ preventScroll: true });
  landing.closest(".item-body")?.scrollTo(0, 0);
  if (matchMedia("(max-width: 52rem)").matches) scrollTo(0, 0);
});
