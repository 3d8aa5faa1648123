import htmx from "htmx.org";
import { autosave } from "./islands/autosave";
import { bulk } from "./islands/bulk";
import { chart } from "./islands/chart";
import { confirmFirst } from "./islands/confirm";
import { dirty } from "./islands/dirty";
import { filters, foldFilters } from "./islands/filters";
import { review } from "./islands/review";
import { upload } from "./islands/upload";
import { clock } from "./clock";
import { keys } from "./keys";
import { live } from "./live";
import { network } from "./network";
import { preferences } from "./preferences";

type Island = (root: HTMLElement) => void;

const ISLANDS: Record<string, Island> = { autosave, bulk, chart, confirm: confirmFirst, dirty, filters, review, upload };
const started = new WeakSet<HTMLElement>();

/** Every island inside `scope` runs, each once. */
function start(scope: ParentNode): void {
  const found = [...scope.querySelectorAll<HTMLElement>("[data-island]")];
  if (scope instanceof HTMLElement && scope.dataset["island"]) found.unshift(scope);
  for (const root of found) {
    const island = ISLANDS[root.dataset["island"] ?? ""];
    if (!island || started.has(root)) continue;
    started.add(root);
    island(root);
  }
}

htmx.onLoad((element) => start(element as HTMLElement));
start(document);
clock();
foldFilters();
keys();
live();
network();
preferences();
document.querySelector<HTMLElement>("[data-autofocus]")?.focus();
