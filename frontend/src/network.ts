/** What went wrong between this page and the server is said in words, never by silence. */
export function network(): void {
  const banner = document.getElementById("offline");
  const show = (): void => {
    banner?.toggleAttribute("hidden", navigator.onLine);
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();

  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean }>).detail;
    const login = document.body.dataset["login"] ?? "";
    // A session that ended answers with the login page; swapped into a corner it would be a riddle.
    if (login && new URL(detail.xhr.responseURL || location.href).pathname === login) {
      detail.shouldSwap = false;
      location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
    }
  });
  document.addEventListener("htmx:sendError", () => toast("unreachable"));
  document.addEventListener("htmx:timeout", () => toast("unreachable"));
  document.addEventListener("htmx:responseError", () => toast("failed"));
}

/** A message of the page's own list of messages is shown for a while, and read aloud. */
export function toast(name: string): void {
  const area = document.getElementById("said");
  const words = area?.dataset[name];
  if (!area || !words) return;
  const note = document.createElement("div");
  note.className = "toast-note";
  note.setAttribute("role", "alert");
  note.textContent = words;
  area.replaceChildren(note);
  window.setTimeout(() => note.remove(), 8000);
}
