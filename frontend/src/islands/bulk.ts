/** The bar appears once something is chosen and says how many; a box in the head of the table chooses the whole page. */
export function bulk(root: HTMLElement): void {
  const bar = root.querySelector<HTMLElement>(".bulk-bar");
  const boxes = [...root.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox]")];
  if (!bar || boxes.length === 0) {
    bar?.setAttribute("hidden", "");
    return;
  }
  const count = document.createElement("strong");
  count.className = "bulk-count tabular";
  count.setAttribute("role", "status");
  bar.prepend(count);
  const all = document.createElement("input");
  all.type = "checkbox";
  all.className = "form-check-input";
  const head = root.querySelector("thead th");
  all.setAttribute("aria-label", document.body.dataset["chooseAll"] ?? "");
  head?.append(all);
  const show = (): void => {
    const chosen = boxes.filter((box) => box.checked).length;
    bar.hidden = chosen === 0;
    count.textContent = chosen ? String(chosen) : "";
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  root.addEventListener("change", show);
  show();
}
