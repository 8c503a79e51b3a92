// <form data-once> is sent once: while its answer is on the way, its buttons rest.
function rest(form) {
  form.setAttribute("aria-busy", "true");
  // After this turn of the loop, or the pressed button's own name and value would not be sent.
  setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
}

function wake(form) {
  form.removeAttribute("aria-busy");
  setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = false; }));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else {
    rest(form);
  }
}, { capture: true });

document.addEventListener("htmx:afterRequest", ({ target }) => {
  const form = target.closest?.("form[data-once]");
  if (form) wake(form);
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) document.querySelectorAll("form[data-once]").forEach(wake);
});
