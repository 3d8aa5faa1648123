/** Leaving the page with something written and not sent is asked about first. */
export function dirty(root: HTMLElement): void {
  let changed = false;
  root.addEventListener("input", () => (changed = true));
  root.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
