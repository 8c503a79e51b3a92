// The figures around the list, fetched now and then while somebody looks (data-pulse), are written where they belong:
// into what wears the same name as data-live. Nothing moves, nothing takes the focus; new rows are announced, not put in.
const live = (name) => document.querySelectorAll(`[data-live="${CSS.escape(name)}"]`);
const pulse = () => document.querySelector("[data-pulse]");

function show(name, text) {
  for (const place of live(name)) {
    if (place.textContent.trim() !== text) place.textContent = text;
    if (name === "newer") place.hidden = !text;
    if (text) place.closest(".tabs a[hidden]")?.removeAttribute("hidden");
  }
}

// An empty page waits for work: where nobody is doing anything else on it, it goes to what has come.
function goOn(text) {
  const idle = [document.body, document.getElementById("main")].includes(document.activeElement) || document.activeElement?.matches("[data-landing]");
  if (text && idle && document.querySelector("[data-nothing]") && !document.querySelector("[data-list] .row")) live("newer")[0]?.click();
}

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (!target.matches?.("[data-pulse]")) return;
  const figures = [...target.querySelectorAll("[data-figure]")].map((figure) => [figure.dataset.figure, figure.textContent.trim()]);
  for (const [name, text] of figures) if (text || name !== "waiting") show(name, text);
  target.replaceChildren();
  goOn(Object.fromEntries(figures).newer);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("[data-pulse]") && document.hidden) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && pulse()) window.htmx?.trigger(pulse(), "pulse");
});

// Filters closed again are fetched afresh; opened, the first of them is where one types next.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.matches?.(".filters-body")) target.querySelector("select, input")?.focus({ preventScroll: true });
  if (target.id === "queue-list") target.querySelector(".row")?.focus({ preventScroll: true });
});
