// Keys as one likes them, kept in this browser. The page is written in the house's keys: what somebody presses is
// translated before it acts ("countersign:pressed"), and what the page shows and tells a screen reader follows.
const STORE = "countersign.keymap";
const HOUSE = [..."aerxsujkdvhbpngoifwtmzcq/"];
const RESERVED = [..."?0123456789", " "];
let mapping = remembered();

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    return Object.fromEntries(Object.entries(kept).filter(([house, key]) => isKey(house) && isKey(key)));
  } catch { return {}; }
}

function keep() {
  try { localStorage.setItem(STORE, JSON.stringify(mapping)); } catch { /* a private window forgets */ }
}

function isKey(key) {
  return typeof key === "string" && [...key].length === 1 && key === key.toLowerCase() && !RESERVED.includes(key);
}

const shown = (house) => mapping[house] ?? house;
const off = () => { try { return localStorage.getItem("countersign.keys") === "off"; } catch { return false; } };

// The house's key that a pressed key stands for; none when that key was given away.
function meant(key) {
  const given = Object.keys(mapping).find((house) => mapping[house] === key);
  if (given) return given;
  return key in mapping ? null : key;
}

function holderOf(key) {
  const given = Object.keys(mapping).find((house) => mapping[house] === key);
  if (given) return given;
  const known = HOUSE.includes(key) || document.querySelector(`[data-key="${CSS.escape(key)}"]`) !== null;
  return known && !(key in mapping) ? key : null;
}

// Refuses with a reason, or gives the key and answers nothing.
function give(house, key) {
  if (key === house) {
    delete mapping[house];
  } else {
    if (!isKey(key)) return { reason: "reserved", key };
    const holder = holderOf(key);
    if (holder !== null && holder !== house) return { reason: "taken", key, holder };
    mapping[house] = key;
  }
  keep();
  wear(document);
  return null;
}

function wear(root) {
  for (const element of root.querySelectorAll?.("[data-key]") ?? []) dress(element);
  if (root.matches?.("[data-key]")) dress(root);
}

function dress(element) {
  const house = element.dataset.key;
  const key = /^\d$/.test(house) ? house : shown(house);
  if (off()) element.removeAttribute("aria-keyshortcuts");
  else element.setAttribute("aria-keyshortcuts", key.length === 1 ? key.toUpperCase() : key);
  const beside = element.nextElementSibling;
  const cap = element.querySelector("kbd") ?? (beside?.matches("kbd") ? beside : null);
  if (cap && (cap.dataset.worn || cap.textContent.trim().toLowerCase() === house) && cap.textContent !== key.toUpperCase()) {
    cap.dataset.worn = "1";
    cap.textContent = key.toUpperCase();
  }
}

document.addEventListener("countersign:pressed", ({ detail }) => { detail.key = meant(detail.key); });
document.addEventListener("countersign:give-key", ({ detail }) => { detail.refused = give(detail.house, detail.key); });
document.addEventListener("countersign:reset-keys", () => {
  mapping = {};
  keep();
  wear(document);
});
document.addEventListener("countersign:name-key", ({ detail }) => { detail.key = shown(detail.house); });
document.addEventListener("countersign:keys-switched", () => wear(document));
addEventListener("storage", ({ key }) => {
  if (key !== STORE && key !== "countersign.keys") return;
  mapping = remembered();
  wear(document);
});

new MutationObserver((changes) => {
  for (const { addedNodes } of changes) for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) wear(node);
}).observe(document.body, { childList: true, subtree: true });
wear(document);
