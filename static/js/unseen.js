// Approving waits until the end of what will be written has been in view. Where it fits the screen nothing waits; the
// key, or the button, brings what is still to be seen into view instead.
const END = "#main [data-arguments-end]";
const SIGN = "#main form[data-decide] button[value=approve]";
const seen = new Set(); // items and their digests: drawn again, they need not be read again
let watcher = null;

const main = () => document.getElementById("main");
const button = () => document.querySelector(SIGN);
const lookedAt = () => `${main()?.querySelector("[data-item]")?.dataset.item} ${button()?.form.elements.seen_digest.value}`;

function hold(held) {
  const sign = button();
  const hint = main()?.querySelector("[data-unseen]");
  if (!sign || !hint) return;
  hint.hidden = !held;
  if (held) sign.setAttribute("aria-disabled", "true");
  else sign.removeAttribute("aria-disabled");
}

function watch() {
  watcher?.disconnect();
  const end = document.querySelector(END);
  if (!end || !button()) return;
  if (seen.has(lookedAt())) return hold(false);
  const deck = main().querySelector(".deck")?.offsetHeight ?? 0; // it may lie over the end of the page
  watcher = new IntersectionObserver((entries) => {
    const inView = entries.some((entry) => entry.isIntersecting);
    if (inView) {
      seen.add(lookedAt());
      watcher.disconnect();
    }
    hold(!inView);
  }, { rootMargin: `0px 0px -${deck}px 0px` });
  watcher.observe(end);
}

// A screenful on, and no further than the end: what lies between is passed by the eye, not jumped over.
function goOn() {
  const end = document.querySelector(END);
  const body = end.closest(".item-body");
  const own = body && body.scrollHeight > body.clientHeight && getComputedStyle(body).overflowY !== "visible";
  const scroller = own ? body : document.scrollingElement;
  const deck = own ? 0 : main().querySelector(".deck")?.offsetHeight ?? 0;
  const room = scroller.clientHeight - deck;
  const top = own ? body.getBoundingClientRect().top : 0;
  const start = end.closest("section").getBoundingClientRect().top - top;
  const rest = end.getBoundingClientRect().bottom - top - room + 16;
  scroller.scrollBy({ top: start > room * 0.8 ? start - 16 : Math.min(room * 0.85, rest), behavior: "instant" });
}

addEventListener("click", (event) => {
  const sign = event.target.closest?.(SIGN);
  if (sign?.getAttribute("aria-disabled") !== "true") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  goOn();
}, { capture: true });

watch();
for (const name of ["countersign:shown", "htmx:afterSettle"]) document.addEventListener(name, watch);
addEventListener("resize", watch);
