// Beyond one's hourly limit an item rests for some seconds before it can be answered: a moment to look up.
const started = new Map(); // when which item's rest began: drawn again, it does not begin anew

function rest() {
  const sign = document.querySelector("#main [data-rest]");
  if (!sign) return;
  const begun = started.get(sign.dataset.item) ?? performance.now();
  started.set(sign.dataset.item, begun);
  const left = Math.ceil(Number(sign.dataset.rest) - (performance.now() - begun) / 1000);
  for (const button of document.querySelectorAll("#main form[data-decide] button")) {
    if (left > 0) {
      button.disabled = true;
      button.dataset.resting = "";
    } else if ("resting" in button.dataset) {
      button.disabled = false;
      delete button.dataset.resting;
    }
  }
  const figure = sign.querySelector("[data-rest-left]");
  if (figure) figure.textContent = left > 0 ? ` Ready in ${left} s.` : " Ready.";
}

rest();
setInterval(rest, 250);
for (const name of ["countersign:shown", "htmx:afterSettle"]) document.addEventListener(name, rest);
