// One key, one act. <button data-key="a"> is clicked by "a"; a field with data-key is given the focus.
// What is pressed may be mapped to another key (keymap.js). A key nobody wears is announced as "countersign:key", for behaviours that are not a click (list.js, pins.js).
const inFlight = new Set();
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (detail.elt.closest("[data-background]")) return;
  inFlight.add(detail.xhr);
  detail.xhr.addEventListener("loadend", () => inFlight.delete(detail.xhr)); // also when who asked has left the page
});
document.addEventListener("htmx:afterRequest", ({ detail }) => inFlight.delete(detail.xhr));

const switchedOff = () => {
  try { return localStorage.getItem("countersign.keys") === "off"; } catch { return false; }
};
const busy = () => inFlight.size > 0 || document.querySelector("form[aria-busy=true]") !== null;
const covered = () => document.querySelector("dialog[open], [popover]:popover-open") !== null;
const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

function typing(target) {
  const field = target.closest?.("input, textarea, select, [contenteditable]");
  return Boolean(field) && !field.matches("[type=checkbox], [type=radio], [type=button], [type=submit]");
}

function keyOf(event) {
  // AltGr writes characters on many layouts and arrives as ctrl and alt together.
  const modified = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (modified || event.repeat || event.isComposing || event.keyCode === 229) return null;
  if ((event.shiftKey || event.getModifierState("AltGraph")) && /^[\p{L}\p{N}]$/u.test(event.key)) return null;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

function wearer(key) {
  const panel = document.querySelector("details[data-panel][open]");
  const candidates = (panel ?? document).querySelectorAll(`[data-key="${CSS.escape(key)}"]`);
  return [...candidates].find((element) => visible(element) && !element.disabled);
}

function act(element) {
  if (element.matches("input, textarea, select")) {
    element.focus();
    element.select?.();
    return;
  }
  element.classList.add("pressed");
  setTimeout(() => element.classList.remove("pressed"), 140);
  if (element.matches("summary")) element.focus();
  element.click();
}

function closePanel() {
  const panel = document.querySelector("details[data-panel][open]");
  if (!panel) return;
  panel.open = false;
  panel.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const panel of document.querySelectorAll("details[data-panel][open]")) {
    if (!panel.contains(event.target)) panel.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || covered()) return;
  if (event.key === "Escape") {
    if (typing(event.target)) event.target.blur();
    closePanel();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing(event.target)) {
    event.target.form?.querySelector("[data-submit]")?.click();
    return;
  }
  const key = keyOf(event);
  if (key === null || key.length !== 1 || typing(event.target)) return;
  if (key === "?") {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("countersign:sheet"));
    return;
  }
  if (switchedOff() || busy()) return;
  const pressed = new CustomEvent("countersign:pressed", { detail: { key } });
  document.dispatchEvent(pressed);  // keymap.js says which of the house's keys it stands for
  const house = pressed.detail.key;
  if (house === null) return;
  const element = wearer(house);
  if (element) {
    event.preventDefault();
    act(element);
  } else {
    document.dispatchEvent(new CustomEvent("countersign:key", { detail: { key: house } }));
  }
});
