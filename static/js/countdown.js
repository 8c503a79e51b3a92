// The undo window as it closes: seconds and a ring, then the button goes and a sentence says why.
function remaining(bar) {
  return Math.max(0, Math.ceil((Date.parse(bar.dataset.until) - Date.now()) / 1000));
}

function finish(bar) {
  bar.querySelector("form")?.remove();
  bar.querySelector("[data-countdown-left]")?.remove();
  bar.querySelector("[data-said]")?.append(` ${bar.dataset.done}`);
  bar.removeAttribute("data-countdown");
}

// A pulled switch stops the clock: what can be taken back stays so, for as long as nobody releases it.
function stands(bar) {
  const by = (bar.dataset.stoodBy ?? "").split(" ");
  return [...document.querySelectorAll("#paused [data-stands]")].some((line) => by.includes(line.dataset.stands));
}

function freeze(bar) {
  bar.removeAttribute("data-countdown");
  const left = bar.querySelector("[data-countdown-left]");
  if (left) left.textContent = "Its clock stands still";
}

// Asked for, and no answer came: the bar stops counting and does not guess. Asking again is safe, and is told the truth.
function unknown(bar) {
  bar.removeAttribute("data-countdown");
  bar.querySelector("[data-countdown-left]")?.remove();
  bar.querySelector("[data-said]").textContent = "It is not known here whether that was taken back. Ask again.";
}

function tick() {
  for (const bar of document.querySelectorAll("[data-countdown]")) {
    const seconds = remaining(bar);
    const whole = Number(bar.dataset.from) || seconds || 1;
    bar.querySelector("[data-countdown-ring]")?.setAttribute("stroke-dasharray", `${Math.min(100, (100 * seconds) / whole)} 100`);
    const figure = bar.querySelector("[data-countdown-seconds]");
    if (figure) figure.textContent = seconds;
    if (stands(bar)) {
      freeze(bar);
      continue;
    }
    if (seconds === 0 && !("closing" in bar.dataset)) {
      bar.dataset.closing = ""; // flow.js asks what stands still; the next tick believes what it heard
      document.dispatchEvent(new CustomEvent("countersign:closing"));
      continue;
    }
    if (seconds === 0 && !bar.querySelector("form[aria-busy=true]")) finish(bar);
  }
}

// A screen reader hears only what changes in a place that was there before: the bar itself comes and goes.
const heard = document.getElementById("heard");
function hear() {
  const said = document.querySelector(".undo p")?.textContent.trim() ?? "";
  if (said && said !== heard.textContent) heard.textContent = said;
}

if (heard) new MutationObserver(hear).observe(document.body, { childList: true, subtree: true });
tick();
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const bar = target.closest?.("[data-countdown]");
  if (bar && (detail.xhr.status === 0 || detail.xhr.status >= 500)) unknown(bar);
});
