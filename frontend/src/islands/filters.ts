/** A choice in the filter takes effect at once; empty fields do not stand in the address. */
export function filters(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) return;
  const form = root;
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) form.requestSubmit();
  });
  form.addEventListener("formdata", (event) => {
    for (const [name, text] of Array.from(event.formData.entries())) if (text === "") event.formData.delete(name);
  });
}

/** On narrow screens a filter of many fields shows the search alone until the rest is asked for. */
export function foldFilters(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form.filters")) {
    const row = form.lastElementChild;
    if (!row || form.querySelectorAll("select").length < 2 || form.classList.contains("is-foldable")) continue;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "btn btn-link filters-more";
    more.textContent = document.body.dataset["moreFilters"] ?? "";
    more.setAttribute("aria-expanded", "false");
    more.addEventListener("click", () => {
      more.setAttribute("aria-expanded", String(form.classList.toggle("is-open")));
    });
    form.classList.add("is-foldable");
    row.append(more);
  }
}
