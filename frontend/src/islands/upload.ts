import { csrf } from "../csrf";

// Small pieces: at the bottom of a yard the line is slow, and a piece that is lost is sent again whole.
const PIECE_BYTES = 262_144;
const RETRIES_MS = [0, 1000, 3000, 8000, 20_000];

/** Uploads outlive the part of the page that shows them: a refresh of the slot must not cut them off. */
const running = new Map<string, Set<Item>>();

/** Files chosen here are sent piece by piece, continue after a lost line, and show how far they are. */
export function upload(root: HTMLElement): void {
  const picker = root.querySelector<HTMLInputElement>("input[type=file]");
  const list = root.querySelector<HTMLElement>(".upload-list");
  if (!picker || !list) return;
  const key = `${root.dataset["targetId"]}/${root.dataset["slot"]}`;
  const items = running.get(key) ?? new Set<Item>();
  running.set(key, items);
  for (const item of items) list.append(item.line);
  picker.addEventListener("change", () => {
    for (const file of picker.files ?? []) {
      const item = new Item(file, { ...root.dataset }, () => items.delete(item));
      items.add(item);
      list.append(item.line);
      void item.start();
    }
    picker.value = "";
  });
}

class Item {
  readonly line = document.createElement("li");
  private readonly meter = document.createElement("progress");
  private readonly said = document.createElement("span");
  private readonly again = document.createElement("button");

  constructor(
    private readonly file: File,
    private readonly given: DOMStringMap,
    private readonly over: () => void,
  ) {
    this.line.className = "upload-item";
    const name = document.createElement("span");
    name.className = "upload-name text-truncate";
    name.textContent = file.name;
    this.meter.max = 100;
    this.meter.value = 0;
    this.meter.setAttribute("aria-label", file.name);
    this.said.className = "upload-said small";
    this.again.type = "button";
    this.again.className = "btn btn-sm btn-outline-primary";
    this.again.textContent = given["labelRetry"] ?? "";
    this.again.hidden = true;
    this.again.addEventListener("click", () => void this.start());
    this.line.append(name, this.meter, this.said, this.again);
  }

  async start(): Promise<void> {
    this.again.hidden = true;
    this.line.classList.remove("is-failed");
    const { Upload } = await import("tus-js-client");
    const sending = new Upload(this.file, {
      endpoint: this.given["endpoint"] ?? "",
      chunkSize: PIECE_BYTES,
      retryDelays: RETRIES_MS,
      removeFingerprintOnSuccess: true,
      headers: csrf(),
      metadata: {
        filename: this.file.name,
        filetype: this.file.type,
        target_kind: this.given["targetKind"] ?? "",
        target_id: this.given["targetId"] ?? "",
        slot: this.given["slot"] ?? "",
      },
      // The same picture may prove two things; without the slot the second would continue the first's upload.
      fingerprint: async (file) =>
        ["anru", this.given["targetId"], this.given["slot"], file.name, file.size, file.lastModified].join("-"),
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        this.say(this.given["labelWaiting"] ?? "");
        return status === 0 || status === 423 || status >= 500;
      },
      onProgress: (sent, total) => {
        this.meter.value = total ? (sent / total) * 100 : 0;
        this.say(`${Math.floor(total ? (sent / total) * 100 : 0)}%`);
      },
      onSuccess: () => this.done(),
      onError: (error) => this.failed(error),
    });
    const before = await sending.findPreviousUploads();
    if (before[0]) sending.resumeFromPreviousUpload(before[0]);
    sending.start();
  }

  private done(): void {
    this.meter.value = 100;
    this.say(this.given["labelDone"] ?? "");
    this.over();
    const slots = this.line.closest("[data-uploads]");
    window.setTimeout(() => {
      this.line.remove();
      slots?.dispatchEvent(new Event("uploaded", { bubbles: false }));
    }, 400);
  }

  private failed(error: unknown): void {
    this.line.classList.add("is-failed");
    this.say(wordsOf(error) || this.given["labelFailed"] || "");
    this.again.hidden = false;
    if (!navigator.onLine) window.addEventListener("online", () => void this.start(), { once: true });
  }

  private say(words: string): void {
    this.said.textContent = words;
  }
}

function wordsOf(error: unknown): string {
  const answer = (error as { originalResponse?: { getBody(): string } }).originalResponse?.getBody();
  if (!answer) return "";
  try {
    return (JSON.parse(answer) as { words?: string }).words ?? "";
  } catch {
    return "";
  }
}
