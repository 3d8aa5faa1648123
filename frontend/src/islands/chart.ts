/** The chart code is fetched only on pages that have a chart. */
export function chart(root: HTMLElement): void {
  const source = document.getElementById(root.dataset["source"] ?? "");
  if (!source?.textContent) return;
  const given: unknown = JSON.parse(source.textContent);
  void import("../charts").then(({ draw }) => draw(root, given));
}
