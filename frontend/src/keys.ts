const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
export const OFF = "anru_keys_off";

/** Whether the person is writing, so that letters are letters. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPING) !== null;
}

/** Whether the person has switched single-key shortcuts off on this device. */
export function keysOff(): boolean {
  return localStorage.getItem(OFF) === "1";
}

/** "/" goes to the search box; a menu closes with Escape or a click beside it. */
export function keys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keysOff()) return;
    const box = document.querySelector<HTMLElement>('[data-focus-key="/"]');
    if (!box) return;
    event.preventDefault();
    box.focus();
  });
  document.addEventListener("click", (event) => closeMenus(event.target));
}

function closeMenus(except: EventTarget | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (except instanceof Node && menu.contains(except)) continue;
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary")?.focus();
  }
}
