// Answers on their way: sent one after another, kept until the server has said what became of each. Sending one twice
// is safe, for the server knows its own; so what the network lost is sent again, and nobody has to wonder.
import { say } from "./toast.js";
import { shelf } from "./shelf.js";

const PATIENCE = 20_000;
const LONGEST = 30_000;
const SLOW = 4_000;
const waiting = [];
let failures = 0;
let signedOut = false;
let sending = false;
let timer = null;
let token = "";

export const pending = () => waiting.length;
export const isWaiting = (id) => waiting.some((answer) => answer.id === id);
export const last = () => waiting.at(-1) ?? null;

export function send(answer) {
  answer.since = Date.now();
  waiting.push(answer);
  pump();
  setTimeout(tell, SLOW + 50);
}

async function pump() {
  if (sending || waiting.length === 0) return;
  sending = true;
  clearTimeout(timer);
  const answer = waiting[0];
  const outcome = await attempt(answer);
  sending = false;
  if (outcome === "again" || outcome === "sign-in") {
    failures += 1;
    signedOut = outcome === "sign-in";
    tell();
    if (!signedOut) timer = setTimeout(pump, Math.min(LONGEST, 500 * 2 ** failures));
    return;
  }
  waiting.shift();
  answer.settled(outcome);
  if (waiting.length === 0 && failures > 0) recover();
  tell();
  pump();
}

async function attempt(answer) {
  try {
    const renewed = signedOut && await renew();
    if (renewed && renewed !== answer.by) return { code: 403, page: document.createElement("p"), another: true };
    const headers = { "X-Ahead": answer.ahead(), "X-Rows": String(document.querySelectorAll("[data-list] .row").length) };
    if (token) headers["X-CSRFToken"] = token;
    if (token) answer.body.set("csrfmiddlewaretoken", token);
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(answer.url, { method: "POST", body: answer.body, headers, redirect: "manual", keepalive: true, signal });
    if (response.type === "opaqueredirect" || response.status === 401) return "sign-in";
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (page.querySelector("[data-answer]")) return { code: response.status, page, trigger: response.headers.get("HX-Trigger") };
    if (response.status === 403 && !renewed) return "sign-in";
    return [403, 404].includes(response.status) ? { code: response.status, page } : "again";
  } catch {
    return "again";
  }
}

// After signing in again, in another tab, this page's token is an old one. Tells who is signed in now, for what one
// person pressed is never sent as another's answer.
async function renew() {
  const response = await fetch(location.href, { redirect: "manual" });
  if (!response.ok) return "";
  const { body } = new DOMParser().parseFromString(await response.text(), "text/html");
  token = JSON.parse(body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? token;
  return body.querySelector("[data-person]")?.dataset.person ?? "nobody here";
}

function recover() {
  say(failures === 1 ? "The answer is recorded now, or said not to be." : "The server has every answer now.", "success");
  failures = 0;
  signedOut = false;
}

function words() {
  const many = waiting.length;
  const them = many === 1 ? "One answer waits" : `${many} answers wait`;
  const yet = many === 1 ? "It is not recorded yet." : "They are not recorded yet.";
  if (signedOut) return `${them} until you are signed in again, in another tab. ${yet}`;
  return failures > 0 ? `${them} for the network. ${yet}` : `${them} for the server. ${yet}`;
}

function tell() {
  const slow = waiting.length > 0 && Date.now() - waiting[0].since > SLOW;
  const bar = document.getElementById("outbox");
  if (waiting.length === 0 || (failures === 0 && !slow)) {
    bar?.remove();
    return;
  }
  const shown = bar ?? document.getElementById("outbox-template").content.firstElementChild.cloneNode(true);
  const text = words();
  if (shown.querySelector("p").textContent !== text) shown.querySelector("p").textContent = text;
  if (!bar) shelf().prepend(shown);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-outbox-now]")) pump();
});
addEventListener("online", pump);
addEventListener("beforeunload", (event) => {
  if (failures > 0 || waiting.length > 1) event.preventDefault();
});
