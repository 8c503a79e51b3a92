// The key sheet says what works here and now: it is read off the page each time it opens.
const sheet = document.getElementById("sheet");
const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

function nameOf(element) {
  const spoken = element.dataset.keyLabel ?? element.getAttribute("aria-label");
  if (spoken) return spoken;
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function keysOnPage() {
  const found = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (!visible(element) || found.has(element.dataset.key)) continue;
    found.set(element.dataset.key, nameOf(element));
  }
  for (const place of document.querySelectorAll("[data-keys]")) {
    for (const pair of place.dataset.keys.split(";")) {
      const [key, label] = pair.split("|");
      if (!found.has(key)) found.set(key, label);
    }
  }
  return found;
}

function line(key, label) {
  const term = document.createElement("dt");
  const cap = document.createElement("kbd");
  cap.textContent = key.toUpperCase();
  term.append(cap);
  const meaning = document.createElement("dd");
  meaning.textContent = label;
  return [term, meaning];
}

function open() {
  const list = sheet.querySelector("[data-sheet-list]");
  list.replaceChildren(...[...keysOnPage()].flatMap(([key, label]) => line(key, label)), ...line("?", "This sheet"));
  let off = false;
  try { off = localStorage.getItem("countersign.keys") === "off"; } catch { /* a private window forgets */ }
  sheet.querySelector("[data-keys-switch]").checked = !off;
  document.querySelector("[popover]:popover-open")?.hidePopover();
  sheet.showModal();
}

if (sheet) {
  document.addEventListener("countersign:sheet", open);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-sheet-open]")) open();
    if (event.target === sheet) sheet.close();
  });
  sheet.querySelector("[data-keys-switch]").addEventListener("change", ({ target }) => {
    try { localStorage.setItem("countersign.keys", target.checked ? "on" : "off"); } catch { /* as above */ }
  });
}
