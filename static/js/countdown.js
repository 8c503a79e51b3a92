// The undo window as it closes: seconds and a ring, then the button goes and a sentence says why.
function remaining(bar) {
  return Math.max(0, Math.ceil((Date.parse(bar.dataset.until) - Date.now()) / 1000));
}

function finish(bar) {
  bar.querySelector("form")?.remove();
  bar.querySelector("[data-countdown-left]")?.remove();
  bar.querySelector("[role=status]")?.append(` ${bar.dataset.done}`);
  bar.removeAttribute("data-countdown");
}

function tick() {
  for (const bar of document.querySelectorAll("[data-countdown]")) {
    const seconds = remaining(bar);
    const whole = Number(bar.dataset.from) || seconds || 1;
    bar.querySelector("[data-countdown-ring]")?.setAttribute("stroke-dasharray", `${Math.min(100, (100 * seconds) / whole)} 100`);
    const figure = bar.querySelector("[data-countdown-seconds]");
    if (figure) figure.textContent = seconds;
    if (seconds === 0) finish(bar);
  }
}

tick();
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
