// Choosing a team for a whole family of classes chooses it in every line, where it is seen and can still be changed.
document.addEventListener("change", ({ target }) => {
  const what = target.dataset?.fills;
  if (!what || !target.value) return;
  for (const select of target.closest("tbody").querySelectorAll(`select[data-of="${what}"]`)) select.value = target.value;
  target.value = "";
});
