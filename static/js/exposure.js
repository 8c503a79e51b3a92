// How long the item, and its evidence, were really visible: only while the page is shown and has the focus.
// What is measured travels with the answer. What is only prefetched lies in a template and is not counted.
const LONGEST_STEP = 3000; // between two beats; more means that the machine slept
const BEAT = 1000;
const main = () => document.getElementById("main");
const shown = new Set(); // pieces of evidence in the viewport
let proposal = null;
let seen = 0;
let evidence = 0;
let panes = new Set();
let last = performance.now();
let attentive = false;

const idOf = (text) => /(prop_[0-9a-f]{32})/.exec(text ?? "")?.[1] ?? null;
const onScreen = () => idOf(main()?.querySelector("form[data-look]")?.getAttribute("action")) ?? idOf(location.pathname);

function count() {
  const now = performance.now();
  const step = Math.min(now - last, LONGEST_STEP);
  if (attentive) {
    seen += step;
    if (shown.size > 0) evidence += step;
  }
  last = now;
  attentive = document.visibilityState === "visible" && document.hasFocus();
}

const watcher = new IntersectionObserver((entries) => {
  count();
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting && target.isConnected) shown.add(target);
    else shown.delete(target);
  }
  if (shown.size > 0) panes.add("evidence");
});

function look(id) {
  count();
  if (id !== proposal) {
    [proposal, seen, evidence, panes] = [id, 0, 0, new Set()];
  }
  watcher.disconnect();
  shown.clear();
  main()?.querySelectorAll(".evidence").forEach((piece) => watcher.observe(piece));
}

document.addEventListener("countersign:shown", ({ detail }) => look(idOf(detail?.proposal) ?? onScreen()));
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id === "main" || detail.elt?.id === "main") look(onScreen());
});
document.addEventListener("toggle", ({ target }) => {
  const pane = target.open && main()?.contains(target) ? target.dataset?.pane : null;
  if (/^[a-z]+$/.test(pane ?? "")) panes.add(pane);
}, true);
document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches("form[data-look]") || !main()?.contains(target)) return;
  count();
  formData.set("seen_ms", String(Math.round(seen)));
  formData.set("evidence_ms", String(Math.round(evidence)));
  formData.set("panes", [...panes].join(","));
});
document.addEventListener("visibilitychange", count);
addEventListener("focus", count);
addEventListener("blur", count);
addEventListener("pageshow", count);
setInterval(count, BEAT);
look(onScreen());
