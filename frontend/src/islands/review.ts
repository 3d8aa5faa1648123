import { keysOff, OFF, typing } from "../keys";

let listening = false;

/** The review desk is driven by keys: pictures, reasons, decision. */
export function review(root: HTMLElement): void {
  if (!listening) {
    listening = true;
    document.addEventListener("keydown", press);
    document.addEventListener("htmx:afterSwap", () => document.getElementById("desk")?.focus({ preventScroll: true }));
  }
  deskOf(root);
  root.focus({ preventScroll: true });
}

/** A key may come before the page was told that a new desk stands; the desk is made by whichever is first. */
function deskOf(root: HTMLElement): Desk {
  let desk = desks.get(root);
  if (!desk) {
    desk = new Desk(root);
    desks.set(root, desk);
    desk.wire();
  }
  return desk;
}

const desks = new WeakMap<HTMLElement, Desk>();

class Desk {
  private shown = 0;
  private readonly pictures: HTMLElement[];

  constructor(private readonly root: HTMLElement) {
    this.pictures = [...root.querySelectorAll<HTMLElement>("[data-review-picture]")];
  }

  wire(): void {
    this.on("[data-review-prev]", () => this.step(-1));
    this.on("[data-review-next]", () => this.step(1));
    this.on("[data-review-zoom]", () => this.zoom());
    this.on("[data-review-rotate]", () => this.rotate());
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-review-show]")) {
      button.addEventListener("click", () => this.show(Number(button.dataset["reviewShow"])));
    }
    for (const picture of this.pictures) picture.querySelector("img")?.addEventListener("click", () => this.zoom());
    const off = this.root.querySelector<HTMLInputElement>("[data-review-keys-off]");
    if (off) {
      off.checked = keysOff();
      off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : "0"));
    }
    this.show(0);
  }

  step(by: number): void {
    if (this.pictures.length) this.show((this.shown + by + this.pictures.length) % this.pictures.length);
  }

  zoom(): void {
    this.pictures[this.shown]?.classList.toggle("is-zoomed");
  }

  rotate(): void {
    const picture = this.pictures[this.shown];
    if (!picture) return;
    const turn = (Number(picture.dataset["turn"] ?? "0") + 1) % 4;
    picture.dataset["turn"] = String(turn);
  }

  help(): void {
    const keys = this.root.querySelector<HTMLDetailsElement>(".review-keys");
    if (keys) keys.open = !keys.open;
  }

  private show(index: number): void {
    this.shown = index;
    this.pictures.forEach((picture, n) => {
      picture.classList.toggle("is-shown", n === index);
      picture.classList.remove("is-zoomed");
    });
    const strip = this.root.querySelectorAll<HTMLElement>("[data-review-show]");
    strip.forEach((button, n) => button.setAttribute("aria-pressed", String(n === index)));
  }

  private on(selector: string, action: () => void): void {
    this.root.querySelector(selector)?.addEventListener("click", action);
  }
}

function press(event: KeyboardEvent): void {
  const root = document.getElementById("desk");
  if (!root || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && typing(event.target)) {
    root.focus({ preventScroll: true });
    return;
  }
  if (keysOff() || typing(event.target)) return;
  const desk = deskOf(root);
  const own: Record<string, () => void> = {
    j: () => desk.step(1),
    k: () => desk.step(-1),
    z: () => desk.zoom(),
    o: () => desk.rotate(),
    "?": () => desk.help(),
    w: () => root.querySelector<HTMLElement>("[data-review-words]")?.focus(),
  };
  const key = event.key.toLowerCase();
  const button = root.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (!own[key] && !button) return;
  event.preventDefault();
  if (own[key]) own[key]();
  else button?.click();
}
