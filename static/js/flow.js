// The next item is there before the server has answered: the page holds it already, in a template. What the server
// says afterwards is put where it belongs; where it disagrees, a card says so and stays.
import { token } from "./csrf.js";
import { land } from "./landing.js";
import { isWaiting, last, pending, send } from "./offline.js";
import { shelf } from "./shelf.js";
import { say } from "./toast.js";

const BEAT = 20_000;
const BY_KEY = 200;
const BY_POINTER = 400;
const desk = document.getElementById("flow");
const ahead = new Map();
const answered = new Set();
const left = new Set();
let shownAt = 0;
let pointed = false;
let before = "";
let laid = null;
let kept = null;
let undone = false;
let onward = false;

const main = () => document.getElementById("main");
const current = () => document.querySelector("#main .item-body[data-item]");
const idOf = (item) => item?.dataset.item ?? "";

// --- what is shown --------------------------------------------------------------------------------------------------

// Another way of moving brought an item: what was passed over goes back to everybody, unless an undo brought it. What an
// answer brings, given while nothing was ahead, comes before all that has been laid there since.
function arrived() {
  const id = idOf(current());
  if (id && !isWaiting(id)) answered.delete(id);
  if (id === before) return;
  if (before && !answered.has(before) && !(undone && laid)) left.add(before);
  if (!undone && (!onward || ahead.has(id))) {
    for (const other of [...ahead.keys()]) {
      ahead.delete(other);
      if (other === id) break;
      left.add(other);
    }
  }
  ahead.delete(id);
  left.delete(id);
  before = id;
  laid = null;
  undone = false;
}

function show(template) {
  const id = template.dataset.ahead;
  ahead.delete(id);
  main().replaceChildren(document.importNode(template.content, true));
  htmx.process(main());
  history.replaceState({ htmx: true }, "");
  history.pushState({ htmx: true }, "", template.dataset.url);
  document.title = template.dataset.title;
  before = id;
  laid = template;
  shownAt = performance.now();
  mark();
  land(main());
  document.dispatchEvent(new CustomEvent("countersign:shown", { detail: { proposal: id } }));
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("countersign:painted")));
}

function mark() {
  desk.dataset.ahead = String(ahead.size);
  for (const id of answered) document.getElementById(`row-${id}`)?.remove();
  const here = document.getElementById(`row-${before}`);
  for (const row of document.querySelectorAll("[data-list] .row[aria-current]")) row.removeAttribute("aria-current");
  here?.setAttribute("aria-current", "true");
  here?.scrollIntoView({ block: "nearest" });
}

function putFirst(id, template) {
  const others = [...ahead];
  ahead.clear();
  ahead.set(id, template);
  for (const [other, kept] of others) ahead.set(other, kept);
}

// --- what is answered -----------------------------------------------------------------------------------------------

const tooSoon = () => performance.now() - shownAt < (pointed ? BY_POINTER : BY_KEY);

function read(form, button, item) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) body.append(name, value);
  const title = document.querySelector("#main [data-landing]")?.textContent.trim() ?? "";
  const approves = body.get("verdict") === "approve";
  const doing = form.dataset.doing ?? (approves ? "Approving" : "Rejecting");
  return {
    id: idOf(item), url: form.getAttribute("action"), body, title, approves, doing, by: desk.dataset.person,
    note: body.get("note") ?? "", undo: false, ahead: () => [before, ...ahead.keys()].join(","),
  };
}

addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-decide], form[data-onward]");
  const item = current();
  if (!form || !item || !form.getAttribute("action").includes(`/${idOf(item)}/`)) return;
  const next = [...ahead.values()].find((template) => !answered.has(template.dataset.ahead));
  const again = answered.has(idOf(item)) || tooSoon();
  if (!again && !next) return; // the page waits for the server, as any form does
  event.preventDefault();
  event.stopImmediatePropagation();
  if (again) return; // meant for the one before
  const answer = read(form, event.submitter, item);
  answer.settled = (outcome) => settled(answer, outcome);
  answered.add(answer.id);
  show(next);
  promise(answer);
  send(answer);
}, { capture: true });

// Until the server has spoken, the bar says what is on its way; an undo asked of it waits for that.
function promise(answer) {
  const bar = document.getElementById("flow-pending")?.content.firstElementChild.cloneNode(true);
  const place = document.getElementById("undo");
  if (!bar || !place) return;
  bar.querySelector("p").textContent = `${answer.doing}: ${answer.title}`;
  if (!answer.approves) bar.querySelector("button").remove();
  place.replaceChildren(bar);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-flow-undo]");
  if (!button || !last()) return;
  last().undo = true;
  button.disabled = true;
  button.textContent = "Undo waits";
});

function settled(answer, { code, page, trigger, another }) {
  if (another || !page.querySelector("[data-answer]")) refusedWithoutWords(answer, another);
  const refused = page.querySelector("template[data-part=refused]");
  if (refused) {
    answered.delete(answer.id);
    kept = { id: answer.id, note: answer.note };
    shelf().append(document.importNode(refused.content, true));
    htmx.process(shelf());
  }
  apply(page);
  if (trigger) for (const [name, detail] of Object.entries(JSON.parse(trigger))) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }
  if (answer.undo) undo(answer);
  pulse();
}

// The figures beside the list are asked for once, when a row of answers has come to rest.
let pulsing = null;
function pulse() {
  clearTimeout(pulsing);
  pulsing = setTimeout(() => document.querySelector("[data-pulse]") && htmx.trigger("[data-pulse]", "pulse"), 1500);
}

function refusedWithoutWords(answer, another) {
  answered.delete(answer.id);
  const why = another ? "You are signed in as somebody else now. Load the page again." : "It is no longer here, or it is not yours to answer any more.";
  say(`Not recorded: ${answer.title}. ${why}`, "error");
}

function undo(answer) {
  const form = document.querySelector(`#undo form[action*="${CSS.escape(answer.id)}"]`);
  if (form) form.requestSubmit();
  else say(`There is nothing to take back: ${answer.title} has not been approved.`, "warning");
}

// --- what the server says -------------------------------------------------------------------------------------------

function apply(page) {
  const told = page.querySelector("[data-answer], [data-beat]");
  for (const id of (told?.dataset.lost ?? "").split(",")) ahead.delete(id);
  for (const template of page.querySelectorAll("template[data-ahead]")) {
    const id = template.dataset.ahead;
    if (id !== before && !answered.has(id)) ahead.set(id, template);
  }
  for (const part of page.querySelectorAll("template[data-part]")) put(part);
  mark();
}

const words = (node) => [...node.querySelectorAll("strong, p")].map((part) => part.textContent.trim()).join(" ");

function put({ dataset, content }) {
  const place = dataset.target ? document.querySelector(dataset.target) : null;
  if (!place || (dataset.part === "list" && place.matches(":focus-within")) || (dataset.part === "undo" && pending() > 0) || ("filled" in dataset && !content.children.length)) return;
  if (place.querySelector("form[aria-busy=true]") || ("calm" in dataset && words(place) === words(content))) return;
  const unfolded = place.querySelector(":scope > details[open]") !== null;
  place.replaceChildren(document.importNode(content, true));
  if (unfolded && place.firstElementChild) place.firstElementChild.open = true;
  htmx.process(place);
  document.dispatchEvent(new CustomEvent("countersign:refreshed", { detail: { part: dataset.part } }));
}

async function beat() {
  if (!desk || document.visibilityState === "hidden" || pending() > 0) return;
  const body = new URLSearchParams();
  const item = current();
  if (item?.hasAttribute("data-mark")) body.append("open", `${idOf(item)}:${item.dataset.mark}`);
  for (const [id, { dataset }] of ahead) body.append("ahead", `${id}:${dataset.epoch}:${dataset.mark}`);
  for (const id of left) body.append("left", id);
  try {
    const response = await fetch(desk.dataset.holds, { method: "POST", body, headers: { "X-CSRFToken": token() }, redirect: "manual" });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const id of body.getAll("left")) left.delete(id);
    if (idOf(current()) !== idOf(item)) return soon();
    apply(page);
    rest("held" in page.querySelector("[data-beat]").dataset);
  } catch { /* the next beat will do */ }
}

// While a colleague has it on the screen it can be read; what would be refused is not offered.
function rest(held) {
  for (const button of document.querySelectorAll("#main form[data-decide] button:not([hidden])")) {
    if (held || "heldBack" in button.dataset) button.disabled = held;
    if (held) button.dataset.heldBack = "yes";
  }
}

let timer = null;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(beat, 120);
}

if (desk) {
  before = idOf(current());
  soon();
  setInterval(beat, BEAT);
  document.addEventListener("visibilitychange", soon);
  document.addEventListener("countersign:closing", soon);
  addEventListener("keydown", () => { pointed = false; }, { capture: true });
  addEventListener("pointerdown", () => { pointed = true; }, { capture: true });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "main") return;
    undone = detail.xhr.status === 200 && (detail.requestConfig?.path ?? "").includes("/undo/");
    if (undone && laid) putFirst(before, laid);
    const { elt, path = "" } = detail.requestConfig ?? {};
    onward = Boolean(elt?.matches("form[data-decide], form[data-onward]")) && path.includes(`/${before}/`);
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target?.id !== "main") return;
    arrived();
    shownAt = performance.now();
    document.querySelector(`[data-refused="${CSS.escape(before)}"]`)?.remove(); // the item itself says it now
    const note = document.getElementById("reason-note");
    if (kept && note && kept.id === before && !note.value) note.value = kept.note;
    soon();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-flow-away]")) event.target.closest("[data-refused]").remove();
  });
}
