// A batch at the keyboard: j and k walk the lines, space ticks, Enter opens, Esc closes or leaves; sums follow the ticks.
const form = () => document.querySelector("form[data-batch]");
const ticks = () => [...form().querySelectorAll("input[name=tick]")];
const line = (element) => element?.closest?.("[data-batch-line]");

// Money is added in whole hundredths: no float ever holds an amount.
function hundredths(text) {
  const [, sign, whole, part] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return 0n;
  const value = BigInt(whole) * 100n + BigInt((part ?? "").padEnd(2, "0").slice(0, 2));
  return sign ? -value : value;
}

function said(currency, sum) {
  const size = sum < 0n ? -sum : sum;
  const whole = String(size / 100n).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${currency} ${sum < 0n ? "-" : ""}${whole}.${String(size % 100n).padStart(2, "0")}`.trim();
}

function total() {
  const chosen = ticks().filter((tick) => tick.checked);
  const sums = new Map();
  for (const { dataset } of chosen) {
    if (dataset.amount === undefined) continue;
    sums.set(dataset.currency, (sums.get(dataset.currency) ?? 0n) + hundredths(dataset.amount));
  }
  for (const count of form().querySelectorAll("[data-batch-count]")) count.textContent = chosen.length;
  const totals = form().querySelector("[data-batch-totals]");
  totals.textContent = [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([currency, sum]) => ` · ${said(currency, sum)}`).join("");
}

function walk(step) {
  const all = ticks();
  const here = all.findIndex((tick) => line(tick) === (line(document.activeElement) ?? line(document.querySelector(".batch-line.open input"))));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  next?.focus({ preventScroll: true });
  line(next)?.scrollIntoView({ block: "nearest" });
}

function close() {
  const inside = document.querySelector(".batch-inside");
  if (!inside) return false;
  const opener = inside.previousElementSibling.querySelector("[aria-expanded]");
  opener?.setAttribute("aria-expanded", "false");
  inside.previousElementSibling.classList.remove("open");
  inside.remove();
  opener?.focus();
  return true;
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("form[data-batch] input[name=tick]")) total();
});

document.addEventListener("countersign:key", ({ detail }) => {
  if (!form()) return;
  if (detail.key === "j" || detail.key === "k") walk(detail.key === "j" ? 1 : -1);
  if (detail.key === "o") line(document.activeElement)?.querySelector(".batch-open")?.click();
});

// Before keys.js: it closes an open panel, and Esc does one thing at a time.
document.addEventListener("keydown", (event) => {
  if (!form() || event.repeat || event.isComposing) return;
  if (event.key === "Enter" && event.target.matches?.("input[name=tick]")) {
    event.preventDefault();
    line(event.target).querySelector(".batch-open")?.click();
  }
  if (event.key !== "Escape" || document.querySelector("details[data-panel][open], dialog[open], :popover-open") || event.target.matches?.("textarea")) return;
  if (!close()) document.getElementById("batch-leave").click();
}, { capture: true });

// An open line again closes it; that needs no server.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.(".batch-open[aria-expanded=true]");
  if (!opener) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  close();
}, { capture: true });

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id !== "batch-body") return;
  const inside = document.getElementById("batch-inside");
  inside?.focus({ preventScroll: true });
  inside?.closest("tr").previousElementSibling.scrollIntoView({ block: "start" });
  document.querySelector("#batch-body > .notice")?.scrollIntoView({ block: "nearest" });
});
