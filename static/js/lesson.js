// The lesson after a drill stays while one works on, until it is closed or a minute has passed.
const KEPT = "countersign.lesson";
const closed = () => { try { return sessionStorage.getItem(KEPT); } catch { return null; } };

function tidy() {
  for (const lesson of document.querySelectorAll("[data-lesson]")) {
    const left = Date.parse(lesson.dataset.until) - Date.now();
    if (lesson.dataset.lesson === closed() || left <= 0) lesson.remove();
  }
}

document.addEventListener("click", ({ target }) => {
  const lesson = target.closest("[data-lesson-close]")?.closest("[data-lesson]");
  if (!lesson) return;
  try { sessionStorage.setItem(KEPT, lesson.dataset.lesson); } catch { /* a private window forgets */ }
  const held = lesson.contains(document.activeElement);
  lesson.remove();
  if (held) document.querySelector("#main [data-landing]")?.focus({ preventScroll: true });
});

tidy();
setInterval(tidy, 1000);
for (const name of ["countersign:shown", "htmx:afterSettle"]) document.addEventListener(name, tidy);
