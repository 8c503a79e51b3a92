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

const tell = (name, detail) => {
  const event = new CustomEvent(name, { detail });
  document.dispatchEvent(event);
  return event.detail;
};
const capOf = (house) => tell("countersign:name-key", { house, key: house }).key.toUpperCase();
const say = (text) => { sheet.querySelector("[data-sheet-said]").textContent = text; };
let listening = null;

function line(house, label) {
  const term = document.createElement("dt");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "cap";
  button.dataset.remap = house;
  button.dataset.means = label;
  name(button);
  term.append(button);
  const meaning = document.createElement("dd");
  meaning.textContent = label;
  return [term, meaning];
}

function fixed(key, label) {
  const term = document.createElement("dt");
  const cap = document.createElement("kbd");
  cap.textContent = key.toUpperCase();
  term.append(cap);
  const meaning = document.createElement("dd");
  meaning.textContent = label;
  return [term, meaning];
}

function name(button) {
  const key = capOf(button.dataset.remap);
  button.textContent = key;
  button.setAttribute("aria-label", `${button.dataset.means}: ${key}. Change this key`);
}

function listen(button) {
  stop();
  listening = button;
  button.classList.add("listening");
  button.textContent = "…";
  say(`Press the new key for “${button.dataset.means}”. Escape keeps ${capOf(button.dataset.remap)}.`);
}

function stop() {
  if (!listening) return;
  listening.classList.remove("listening");
  name(listening);
  listening = null;
}

function take(event) {
  if (!listening) return;
  event.stopPropagation();
  if (event.key === "Tab" || event.key === "Shift") return;
  event.preventDefault();
  const button = listening;
  if (event.key === "Escape") {
    stop();
    say("Nothing was changed.");
    return;
  }
  const modified = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
  if (event.repeat || event.isComposing || event.keyCode === 229 || modified) return;
  const { refused } = tell("countersign:give-key", { house: button.dataset.remap, key: event.key.toLowerCase(), refused: null });
  stop();
  button.focus();
  if (!refused) say(`“${button.dataset.means}” is ${capOf(button.dataset.remap)} now.`);
  else if (refused.reason === "taken") say(`${refused.key.toUpperCase()} already means “${meaningOf(refused.holder)}”. Choose another key.`);
  else say("That key is kept for the browser, for digits in a panel, or for this sheet. Choose another.");
}

function meaningOf(house) {
  return sheet.querySelector(`[data-remap="${CSS.escape(house)}"]`)?.dataset.means ?? `${house.toUpperCase()} of another page`;
}

function open() {
  const list = sheet.querySelector("[data-sheet-list]");
  const known = [...keysOnPage()];
  const mine = known.filter(([key]) => !/^[\d?]$/.test(key)).flatMap(([key, label]) => line(key, label));
  const digits = known.filter(([key]) => /^\d$/.test(key)).flatMap(([key, label]) => fixed(key, label));
  list.replaceChildren(...mine, ...digits, ...fixed("?", "This sheet"));
  let off = false;
  try { off = localStorage.getItem("countersign.keys") === "off"; } catch { /* a private window forgets */ }
  sheet.querySelector("[data-keys-switch]").checked = !off;
  say("Press a key’s cap to change it. Changes stay in this browser.");
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
    tell("countersign:keys-switched", {});
  });
  sheet.addEventListener("keydown", take, { capture: true });
  sheet.addEventListener("close", stop);
  sheet.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-remap]");
    if (button) listen(button);
    else stop();
    if (!target.closest("[data-keys-reset]")) return;
    tell("countersign:reset-keys", {});
    sheet.querySelectorAll("[data-remap]").forEach(name);
    say("Every key is as it was delivered.");
  });
}
