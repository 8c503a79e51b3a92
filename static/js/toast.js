// Confirmations go by themselves, unless one is being read; errors and warnings wait to be put away.
const PATIENCE = 6000;
const shelf = document.getElementById("toasts");

function putAway(toast) {
  toast.classList.add("going");
  setTimeout(() => toast.remove(), 180);
}

function watch(toast) {
  if (toast.dataset.watched || toast.matches(".error, .warning")) return;
  toast.dataset.watched = "yes";
  const later = () => setTimeout(() => (toast.matches(":hover, :focus-within") ? later() : putAway(toast)), PATIENCE);
  later();
}

// What stands there already is not said again.
export function say(text, tone = "info") {
  if ([...shelf.querySelectorAll(".error p")].some((known) => known.textContent === text)) return;
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.classList.add(tone);
  toast.querySelector("p").textContent = text;
  shelf.append(toast);
  watch(toast);
}

if (shelf) {
  shelf.querySelectorAll("[data-toast]").forEach(watch);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) putAway(event.target.closest("[data-toast]"));
  });
  document.addEventListener("htmx:afterSettle", () => shelf.querySelectorAll("[data-toast]").forEach(watch));
  // A response may say HX-Trigger: {"toast": {"text": "…", "tone": "success"}}.
  document.addEventListener("toast", ({ detail }) => say(detail.text, detail.tone));
  // What a page asks for every few seconds it asks for again by itself, and that fails in silence.
  const again = (element) => element.matches?.('[hx-trigger*="every"]');
  const failed = (name, tell) => document.addEventListener(name, ({ detail }) => again(detail.elt) || say(tell(detail), "error"));
  const now = ({ requestConfig }) => requestConfig?.verb === "get" ? "This page stays as it was." : "Look at the item before you repeat the step.";
  failed("htmx:sendError", (detail) => `The server could not be reached. ${now(detail)}`);
  failed("htmx:timeout", (detail) => `The server did not answer in time. ${now(detail)}`);
  failed("htmx:responseError", (detail) => {
    const code = detail.xhr.status;
    const text = code === 403 ? "Your role does not allow this, or you were signed out." : code === 404 ? "This is no longer here." : `Something broke on our side. ${now(detail)}`;
    return `${text} (${code})`;
  });
}
