// One open page: its model, its films, and the one way by which a file becomes a result, whether a
// person or a script gave it.

import { builtInModels } from "../models/built_in_models";
import { type Film, Films } from "../results/films";
import type { GivenFilm } from "../intake/folders";
import { hasPacked, packed } from "../packed/packed";
import type { ViewedFilm } from "../film/pixels";
import type { ModelSource, Program, Screened } from "../screening/protocol";
import { KeptScreenings } from "../results/kept_screenings";
import { Queue } from "../screening/queue";
import { Requests } from "../network/requests";
import { Settings } from "./settings";
import { Site } from "../network/site";
import { spoken } from "../results/status_words";
import { formatCount, t } from "../words/strings";
import type { ImageSource, OpenedModel, Screening, Thoraxlite } from "../screening/thoraxlite";
import { browserFeatures, chooseVariant } from "../screening/variant";
import { helpfulWorkers, noScreening, WorkerPool } from "../screening/worker_pool";

export type ModelState =
  { kind: "opening" } | { kind: "open"; opened: OpenedModel } | { kind: "failed"; message: string };

// Of the films that a script gave, the page holds the bytes of so many, for the viewer. What a person
// gave lies on the disk, and the page holds only a handle.
const heldOfScripts = 32;

const betweenTellings = 50; // milliseconds

// In a longer run a screen reader hears of tenths, not of each film.
const spokenOneByOne = 5;

export class Session implements Thoraxlite {
  readonly films = new Films();
  readonly queue: Queue;
  readonly settings = new Settings(() => this.changed());
  readonly site = new Site(() => this.changed());
  readonly requests = new Requests(() => this.changed());
  readonly ready: Promise<OpenedModel>;
  model: ModelState = { kind: "opening" };
  selected: number | null = null; // id of the film that is looked at
  readyAfter: number | undefined; // milliseconds from opening the page
  firstResultAfter: number | undefined; // milliseconds from giving the first film

  memoryTrouble = ""; // why the browser keeps no results, though it was allowed to

  announcement = ""; // what a screen reader is to say of the newest result

  private readonly workers = new WorkerPool(programs(), helpfulWorkers());
  private readonly kept = new KeptScreenings((reason) => this.keepsNothing(reason));
  private readonly listeners = new Set<() => void>();
  private readonly cards = new Map<string, OpenedModel["model"]["card"]>(); // by SHA-256
  private readonly ofScripts: number[] = []; // ids of films whose bytes are held, the oldest first
  private told = -Infinity; // when the listeners were, by performance.now()
  private telling = false; // they will be, in a moment

  constructor() {
    this.films.subscribe(() => this.changed());
    // One film ahead for each worker, so that none waits for this thread.
    this.queue = new Queue(2 * this.workers.size, () => this.changed());
    this.ready = this.openBuiltIn();
    this.ready
      .then(
        () => (this.readyAfter = performance.now()),
        (error: Error) => (this.model = { kind: "failed", message: error.message }),
      )
      .finally(() => this.changed());
    if (this.settings.remembered) void this.restore();
    // Films that wait are on no list but this page's.
    window.addEventListener("beforeunload", (event) => {
      if (this.queue.busy) event.preventDefault();
    });
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async screen(source: ImageSource, name?: string): Promise<Screening> {
    const file = source instanceof Blob ? source : new Blob([source]);
    const given = { name: name ?? nameOf(source) ?? t("unnamed"), file };
    const { films, screenings } = this.screenAll([given]);
    this.ofScripts.push(films[0]!.id);
    if (this.ofScripts.length > heldOfScripts) this.films.releaseFile(this.ofScripts.shift()!);
    return screenings[0]!;
  }

  screenAll(batch: readonly GivenFilm[]): { films: Film[]; screenings: Promise<Screening>[] } {
    const given = performance.now();
    const films = this.films.add(batch.map(({ name, file }) => ({ name, file, screening: null })));
    if (this.selected === null && films.length > 0) this.select(films[0]!.id);
    const tasks = films.map((film) => this.task(film, given));
    this.queue.add(tasks);
    return { films, screenings: tasks.map(({ screening }) => screening) };
  }

  // The film that is looked at, with its evidence.
  select(id: number | null): void {
    this.selected = id;
    this.tell(); // the next key steps from here
    const film = id === null ? undefined : this.films.get(id);
    if (film?.screening == null || film.evidence.length > 0 || film.lungField !== null) return;
    if (film.screening.evidence !== null) void this.again(film, film.screening.shown_anyway);
  }

  // Takes what is done from the list.
  clear(): void {
    const done = this.films.clear();
    if (this.settings.remembered) this.orTrouble(this.kept.forget(done));
    if (this.films.get(this.selected ?? 0) === undefined)
      this.select(this.films.all[0]?.id ?? null);
  }

  // Whether the browser may keep settings and results. If not, what it has kept is erased.
  setRemembered(allowed: boolean): void {
    this.memoryTrouble = "";
    this.settings.setRemembered(allowed);
    if (!allowed) return this.orTrouble(this.kept.erase());
    for (const { id, screening } of this.films.all)
      if (screening !== null) this.kept.keep(id, screening);
  }

  // A film for the viewer. Rejects with the reason. frame and window choose within a DICOM file.
  view(id: number, choice: { frame?: number; window?: number | null } = {}): Promise<ViewedFilm> {
    const film = this.films.get(id);
    if (film?.file == null) return Promise.reject(new Error(t("fileReleased")));
    const { frame = 0, window } = choice;
    return this.workers.pixels(film.file, window == null ? { frame } : { frame, window });
  }

  // Scores a film that was refused; the mark of it stays with the result.
  async showAnyway(id: number): Promise<void> {
    const film = this.films.get(id);
    if (film !== undefined) await this.again(film, true);
  }

  // The card of the model that scored a film, which need not be the one that is open now; nothing in
  // it where that model was never open here.
  cardOf({ model }: Screening): OpenedModel["model"]["card"] {
    return this.cards.get(model.sha256) ?? {};
  }

  openModel(source: ImageSource): Promise<OpenedModel> {
    return this.open(source instanceof Blob ? source : new Blob([source]));
  }

  // The first is the one that the page opens with.
  openBuiltIn({ file } = builtInModels[0]!): Promise<OpenedModel> {
    return this.open({ packed: packed(file) });
  }

  private task(film: Film, given: number) {
    let resolve: (screening: Screening) => void;
    const screening = new Promise<Screening>((settle) => (resolve = settle));
    const finish = (screened: Screened) => {
      this.finish(film.id, screened);
      resolve(screened.screening);
    };
    return {
      screening,
      start: async () => {
        const screened = await this.workers.screen(film.name, film.file!);
        if (screened.screening.status === "ok") this.firstResultAfter ??= performance.now() - given;
        finish(screened);
        this.announce(screened.screening);
      },
      cancel: () => finish(noScreening(film.name, t("cancelled"))),
    };
  }

  private async again(film: Film, showAnyway: boolean): Promise<void> {
    if (film.file === null) return;
    const screened = await this.workers.screen(film.name, film.file, { showAnyway, urgent: true });
    this.finish(film.id, screened);
    if (showAnyway) this.announcement = spoken(screened.screening);
  }

  private finish(id: number, screened: Screened): void {
    this.films.finish(id, screened);
    if (this.settings.remembered) this.kept.keep(id, screened.screening);
  }

  // Results of earlier visits; their files are not to be had any more.
  private async restore(): Promise<void> {
    try {
      const kept = await this.kept.all();
      const films = this.films.add(
        kept.map(({ screening }) => ({
          name: screening.file,
          file: null,
          screening,
        })),
      );
      films.forEach(({ id }, i) => this.kept.assign(id, kept[i]!.key));
      if (this.selected === null && films.length > 0) this.select(films[0]!.id);
    } catch (error) {
      this.keepsNothing(error instanceof Error ? error.message : String(error));
    }
  }

  private orTrouble(work: Promise<void>): void {
    work.catch((error: Error) => this.keepsNothing(error.message));
  }

  private keepsNothing(reason: string): void {
    this.memoryTrouble = reason;
    this.changed();
  }

  private announce(screening: Screening): void {
    const { total } = this.queue;
    const done = this.queue.done + 1; // the queue counts this film after it
    if (total <= spokenOneByOne) this.announcement = spoken(screening);
    else if (Math.floor((10 * done) / total) > Math.floor((10 * (done - 1)) / total))
      this.announcement = t("progress", { done: formatCount(done), total: formatCount(total) });
  }

  private async open(source: ModelSource): Promise<OpenedModel> {
    const opened = await this.workers.open(source);
    this.cards.set(opened.model.sha256, opened.model.card);
    this.model = { kind: "open", opened };
    this.changed();
    return opened;
  }

  // A single change is told at once; of a flood of them, one every so often.
  private changed(): void {
    if (this.telling) return;
    const rest = this.told + betweenTellings - performance.now();
    if (rest <= 0) return this.tell();
    this.telling = true;
    setTimeout(() => this.tell(), rest);
  }

  private tell(): void {
    this.telling = false;
    this.told = performance.now();
    for (const listener of this.listeners) listener();
  }
}

// The small build that suits the browser best, and the one for models that it refuses. Relaxed SIMD is
// in the site only.
function programs(): Program[] {
  const small = (["thoraxlite-relaxed", "thoraxlite"] as const).filter(hasPacked);
  const variant = chooseVariant(browserFeatures(), small);
  if (variant === undefined) return [];
  return [variant.module, "thoraxlite-xnnpack" as const].map((module) => ({
    module,
    packed: packed(module),
  }));
}

function nameOf(source: ImageSource): string | undefined {
  return source instanceof File && source.name !== "" ? source.name : undefined;
}
