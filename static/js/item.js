// The item's own ways of looking: d lays the difference out, h goes to what happened before.
const KEY = "countersign.diff";

function remembered() {
  try { return localStorage.getItem(KEY) === "columns"; } catch { return false; }
}

function layOut(columns) {
  if (columns) document.documentElement.dataset.diff = "columns";
  else delete document.documentElement.dataset.diff;
}

function goToHistory() {
  const history = document.getElementById("history");
  if (!history) return;
  history.querySelector("details[data-pane=story]")?.setAttribute("open", "");
  history.focus({ preventScroll: true });
  history.scrollIntoView({ block: "start" });
}

layOut(remembered());
document.addEventListener("countersign:key", ({ detail }) => {
  if (detail.key === "h") goToHistory();
  if (detail.key !== "d" || !document.querySelector(".change:not(.editing)")) return;
  const columns = document.documentElement.dataset.diff !== "columns";
  layOut(columns);
  try { localStorage.setItem(KEY, columns ? "columns" : "inline"); } catch { /* a private window forgets */ }
});
