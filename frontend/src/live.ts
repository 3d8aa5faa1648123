// One event stream per browser where the browser can elect a leader among its tabs, else one per tab.
import htmx from "htmx.org";

const STALE_MS = 12_000;
const GATHER_MS = 400;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("anru-live") : null;
const waiting = new Map<string, number>();

/** Parts of the page that name a topic ask again when the server says that it changed. */
export function live(): void {
  if (!document.body.dataset["events"]) return;
  channel?.addEventListener("message", (event) => hear(event.data));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") refreshWaiting();
  });
  if (channel && "locks" in navigator) {
    void navigator.locks.request("anru-live", () => new Promise<never>(() => listen()));
  } else {
    listen();
  }
}

interface Said {
  topic?: string;
  state?: "open" | "stale" | "resync";
}

function listen(): void {
  const source = new EventSource(document.body.dataset["events"] ?? "");
  let stale = 0;
  let lost = false;
  source.onmessage = (event) => tell({ topic: (JSON.parse(event.data) as Said).topic ?? "" });
  source.addEventListener("resync", () => tell({ state: "resync" }));
  source.onopen = () => {
    window.clearTimeout(stale);
    stale = 0;
    // What was said while the line was cut is not repeated; every part asks again.
    tell({ state: lost ? "resync" : "open" });
    lost = false;
  };
  source.onerror = () => {
    lost = true;
    if (!stale) stale = window.setTimeout(() => tell({ state: "stale" }), STALE_MS);
    // Refused for good (a session that ended, a server that stops): try again later by hand.
    if (source.readyState === EventSource.CLOSED) window.setTimeout(listen, STALE_MS);
  };
}

function tell(said: Said): void {
  hear(said);
  channel?.postMessage(said);
}

function hear(said: Said): void {
  document.getElementById("stale")?.toggleAttribute("hidden", said.state !== "stale");
  if (said.state === "resync") mark(() => true);
  if (said.topic) mark((topics) => topics.includes(said.topic ?? ""));
}

function mark(matches: (topics: string[]) => boolean): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-live]")) {
    const topics = (part.dataset["live"] ?? "").split(" ");
    if (matches(topics)) schedule(part.id);
  }
}

function schedule(id: string): void {
  if (!id || waiting.has(id)) return;
  // Many changes within a moment are one question; a hidden tab asks when it is looked at again.
  if (document.visibilityState !== "visible") {
    waiting.set(id, 0);
    return;
  }
  waiting.set(id, window.setTimeout(() => refresh(id), GATHER_MS + Math.random() * GATHER_MS));
}

function refreshWaiting(): void {
  for (const [id, timer] of waiting) if (!timer) refresh(id);
}

function refresh(id: string): void {
  waiting.delete(id);
  const part = document.getElementById(id);
  if (part) htmx.trigger(part, "live");
}
