import { csrf } from "../csrf";

const PAUSE_MS = 1500;

/** What is written into the form is kept on the server a moment later; the form says so. */
export function autosave(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) return;
  const form = root;
  const status = document.createElement("p");
  status.className = "autosave small text-secondary";
  status.setAttribute("role", "status");
  form.querySelector(".action-bar")?.before(status);
  let timer = 0;
  let unsaved = false;
  let sending = false;

  const save = async (): Promise<void> => {
    if (!unsaved || sending) return;
    unsaved = false;
    sending = true;
    try {
      const answer = await fetch(form.dataset["autosaveUrl"] ?? "", {
        method: "POST",
        body: new FormData(form),
        headers: { ...csrf(), "X-Autosave": "1" },
        redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = new Date();
      const clock = `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
      status.textContent = `${form.dataset["labelSaved"] ?? ""} ${clock}`;
    } catch {
      unsaved = true;
      status.textContent = form.dataset["labelUnsaved"] ?? "";
    } finally {
      sending = false;
    }
  };
  form.addEventListener("input", () => {
    unsaved = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void save(), PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    unsaved = false;
    window.clearTimeout(timer);
  });
  window.addEventListener("online", () => void save());
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}
