// What is typed is checked while it is typed: the rehearsal names the fields that are wrong, and they wear it at once.
// Rows of a list come and go here without a trip to the server, which does the same where there is no script.
const inputs = (form, name) => form.querySelectorAll(`[name="${CSS.escape(name)}"]`);

function unmark(form) {
  for (const said of form.querySelectorAll("[data-live-error]")) said.remove();
  for (const input of form.querySelectorAll("[data-live-invalid]")) {
    input.removeAttribute("aria-invalid");
    delete input.dataset.liveInvalid;
    describe(input, `${input.id}_live`, false);
  }
  for (const line of form.querySelectorAll("tr.live-invalid")) line.classList.remove("invalid", "live-invalid");
}

function describe(input, id, on) {
  const named = (input.getAttribute("aria-describedby") ?? "").split(/\s+/).filter((one) => one && one !== id);
  if (on) named.push(id);
  if (named.length) input.setAttribute("aria-describedby", named.join(" "));
  else input.removeAttribute("aria-describedby");
}

// What the server said about an earlier attempt gives way to what it says about this one.
function forgetOld(line) {
  line.querySelectorAll("td > .errorlist, .part > .errorlist").forEach((list) => list.remove());
  line.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
  line.classList.remove("invalid");
}

function mark(form, problem) {
  const name = problem.dataset.problem;
  const [input] = [...inputs(form, name), ...inputs(form, `${name}-value`)];
  const line = input?.closest("[data-field]") ?? form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (!line) return;
  line.classList.add("invalid", "live-invalid");
  const place = input?.closest(".part") ?? line.querySelector("td");
  const text = document.createElement("p");
  text.className = "errorlist live-error";
  text.dataset.liveError = "";
  text.textContent = problem.querySelector("span").lastChild.textContent.trim();
  place.append(text);
  if (!input) return;
  text.id = `${input.id}_live`;
  input.setAttribute("aria-invalid", "true");
  input.dataset.liveInvalid = "";
  describe(input, text.id, true);
}

document.addEventListener("htmx:afterSwap", () => {
  const form = document.querySelector("form[data-edit]");
  if (!form) return;
  unmark(form);
  form.querySelectorAll("[data-field]").forEach(forgetOld);
  form.querySelectorAll("[data-problem]").forEach((problem) => mark(form, problem));
});

const rehearse = (from) => from.dispatchEvent(new Event("change", { bubbles: true }));

function nextNumber(rows) {
  const depth = rows.dataset.rows.split("-").length;
  const taken = [...rows.querySelectorAll(":scope > [data-row]")].map((row) => Number(row.dataset.row.split("-")[depth]));
  return Math.max(-1, ...taken.filter(Number.isFinite)) + 1;
}

function add(button) {
  const rows = button.closest("[data-rows]");
  const number = nextNumber(rows);
  const pattern = rows.querySelector(":scope > template");
  const holder = document.createElement("template");
  const before = `${rows.dataset.rows}-__n__`;
  holder.innerHTML = pattern.innerHTML
    .replaceAll(before, `${rows.dataset.rows}-${number}`)
    .replaceAll("ow __n__", `ow ${number + 1}`);
  rows.querySelector(":scope > [data-rows-none]")?.remove();
  const row = holder.content.firstElementChild;
  pattern.before(row);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  rehearse(row);
}

function remove(button) {
  const row = button.closest("[data-row]");
  const rows = row.parentElement;
  row.remove();
  (rows.querySelector(":scope > [data-row] [data-row-remove]") ?? rows.querySelector("[data-row-add]")).focus();
  rehearse(rows);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-row-add], [data-row-remove]");
  if (!button) return;
  event.preventDefault();
  if (button.matches("[data-row-add]")) add(button);
  else remove(button);
});
