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
