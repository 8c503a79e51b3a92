// After a swap the page shows what was asked for: the item on a phone, its row in the list on a desk.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const asked = detail.target?.id === "main" && !detail.requestConfig?.elt?.closest("[data-background]");
  if (asked) document.querySelector(".app").dataset.pane = "item";
  if (detail.target?.id === "main") document.querySelector("[data-list] .row[aria-current]")?.scrollIntoView({ block: "nearest" });
});
