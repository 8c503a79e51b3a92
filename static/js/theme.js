// Runs before the first paint, so that a chosen theme never flashes the other one. Not a module for that reason.
(() => {
  const root = document.documentElement;
  const remembered = () => {
    try { return localStorage.getItem("countersign.theme") || "auto"; } catch { return "auto"; }
  };
  const wear = (choice) => {
    if (choice === "auto") root.removeAttribute("data-theme");
    else root.dataset.theme = choice;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  };

  root.classList.add("js");
  wear(remembered());
  document.addEventListener("DOMContentLoaded", () => wear(remembered()));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try { localStorage.setItem("countersign.theme", button.dataset.themeChoice); } catch { /* a private window forgets */ }
    wear(button.dataset.themeChoice);
  });
})();
