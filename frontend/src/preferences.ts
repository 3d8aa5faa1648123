import { keep } from "./cookies";

/** The switches for dark pages and large text work, and say in which position they are. */
export function preferences(): void {
  wire("[data-switch=theme]", "bsTheme", "anru_theme", "dark", "light");
  wire("[data-switch=text]", "text", "anru_text", "large", "normal");
}

function wire(selector: string, attribute: string, name: string, on: string, off: string): void {
  const root = document.documentElement;
  for (const button of document.querySelectorAll<HTMLButtonElement>(selector)) {
    const show = (): void => button.setAttribute("aria-pressed", String(root.dataset[attribute] === on));
    show();
    button.addEventListener("click", () => {
      const next = root.dataset[attribute] === on ? off : on;
      root.dataset[attribute] = next;
      keep(name, next);
      show();
      document.dispatchEvent(new CustomEvent("anru:theme"));
    });
  }
}
