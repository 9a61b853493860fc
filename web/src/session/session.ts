// One open page: its model, its films, and the one way by which a file becomes a result, whether a
// person or a script gave it.

import { builtInModels } from "../models/built_in_models";
import type { ReleasedModel } from "../models/card_blocks";
import { operatingPointText } from "../models/operating_point_text";
import { type Film, Films, type Result } from "../results/films";
import type { FilmChange } from "../film/change";
import type { GivenFilm } from "../intake/folders";
import { hasPacked, packed } from "../packed/packed";
import type { ViewedFilm } from "../film/pixels";
import type { How, ModelSource, Program, Screened } from "../screening/protocol";
import { KeptScreenings } from "../results/kept_screenings";
import { judgedBy } from "../screening/operating_point";
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

// done: of its bytes, those that were read, [0, 1]; null while it is checked.
export interface Opening {
  readonly name: string;
  readonly done: number | null;
}

// Of the films that a script gave, the page holds the bytes of so many, for the viewer. What a person
// gave lies on the disk, and the page holds only a handle.
const heldOfScripts = 32;

// How often the page is drawn, milliseconds: at most, and of what comes of a run while nobody does
// anything. Drawing the list costs about a quarter of what a film does, and the workers want the cores.
const betweenDrawings = 50;
const betweenDrawingsOfRun = 250;

// In a longer run a screen reader hears of tenths, not of each film.
const spokenOneByOne = 5;

export class Session implements Thoraxlite {
  readonly films = new Films();
  readonly queue: Queue;
  readonly settings = new Settings(
    () => this.changed(),
    () => this.rememberedElsewhere(),
  );
  readonly site = new Site(() => this.changed());
  readonly requests = new Requests(() => this.changed());
  readonly ready: Promise<OpenedModel>;
  model: ModelState = { kind: "opening" };
  opening: Opening | null = null; // a file that is to be the next model
  selected: number | null = null; // id of the film that is looked at
  removed: readonly Film[] = []; // that were taken from the list last, until they are put back
  readyAfter: number | undefined; // milliseconds from opening the page
  firstResultAfter: number | undefined; // milliseconds from giving the first film

  memoryTrouble = ""; // why the browser keeps no results, though it was allowed to

  announcement = ""; // what a screen reader is to say of the newest result
  givenBefore = 0; // of the films that were given last, those that were there already

  private readonly workers = new WorkerPool(programs(), helpfulWorkers());
  private readonly kept = new KeptScreenings(
    () => this.settings.stillRemembered(),
    (reason) => this.keepsNothing(reason),
  );
  private readonly listeners = new Set<() => void>();
  private readonly cards = new Map<string, OpenedModel["model"]["card"]>(); // by SHA-256
  private readonly ofScripts: number[] = []; // ids of films whose bytes are held, the oldest first
  private unsaved = false; // there are results that are nowhere but here
  private told = -Infinity; // when the listeners were, by performance.now()
  private due = Infinity; // when they will be
  private timer: ReturnType<typeof setTimeout> | undefined; // for that

  constructor() {
    this.films.judgeBy(this.settings.operatingPoint);
    this.films.subscribe(() => this.changed(betweenDrawingsOfRun));
    // A film for each worker, one that it reads meanwhile, and one that it will read then.
    this.queue = new Queue(3 * this.workers.size, (what) =>
      this.changed(what === "result" && this.queue.busy ? betweenDrawingsOfRun : betweenDrawings),
    );
    this.ready = this.open({ packed: packed(builtInModels[0]!.file) });
    this.ready
      .then(
        () => (this.readyAfter = performance.now()),
        (error: Error) => (this.model = { kind: "failed", message: error.message }),
      )
      .finally(() => this.changed());
    if (this.settings.remembered) void this.restore();
    window.addEventListener("beforeunload", (event) => {
      if (this.wouldLose) event.preventDefault();
    });
  }

  // Every score that is here, and that will be: by another operating point, where its model has it.
  judgeBy(operatingPoint: string): void {
    this.settings.setOperatingPoint(operatingPoint);
    this.announcement = t("judgedAnew", { point: operatingPointText(operatingPoint) });
    this.films.judgeBy(operatingPoint);
  }

  // Films that wait, and results that nobody saved, are on no list but this page's.
  get wouldLose(): boolean {
    return this.queue.busy || (this.unsaved && !this.settings.remembered);
  }

  // The reader knows what is lost with it, so the browser need not ask again.
  takeNewer(): void {
    this.unsaved = false;
    this.queue.cancel();
    this.site.takeNewer();
  }

  // All results were written to a file.
  saved(): void {
    this.unsaved = false;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async screen(source: ImageSource, name?: string): Promise<Screening> {
    const file = source instanceof Blob ? source : new Blob([source]);
    const given = { name: name ?? nameOf(source) ?? t("unnamed"), file };
    const { films, screenings } = this.screenAll([given], true);
    this.ofScripts.push(films[0]!.id);
    if (this.ofScripts.length > heldOfScripts) this.films.releaseFile(this.ofScripts.shift()!);
    return screenings[0]!;
  }

  // At least one film, by the model that is the newest now, or will be the first.
  screenAll(
    batch: readonly GivenFilm[],
    ofScript = false,
  ): { films: Film[]; screenings: Promise<Screening>[] } {
    const given = performance.now();
    this.givenBefore = 0;
    const films = this.films.add(batch.map(({ name, file }) => ({ name, file, ofScript })));
    const tasks = films.map((film) =>
      this.task(film.id, { showAnyway: false, change: null }, given),
    );
    this.queue.add(tasks);
    if (this.selected === null) this.select(films[0]!.id);
    return { films, screenings: tasks.map(({ screening }) => screening) };
  }

  // By the model that is open now. Films whose files are gone, or that it has scored, are left out.
  scoreAgain(films: readonly Film[]): void {
    const can = films.filter((film) => this.canScore(film));
    for (const { id, change } of can) this.films.wait(id, change);
    this.queue.add(
      can.map(({ id, change }) => this.task(id, { showAnyway: false, change }, performance.now())),
    );
    if (this.selected !== null) this.queue.first(this.selected);
  }

  canScore({ file, waiting, results }: Film): boolean {
    if (file === null || waiting || this.model.kind !== "open") return false;
    const { sha256 } = this.model.opened.model;
    return results.every(
      ({ screening }) => screening.status === "error" || screening.model.sha256 !== sha256,
    );
  }

  // The film that is looked at, with its evidence. If it waits, it is the next to be scored.
  select(id: number | null): void {
    this.selected = this.films.looked = id;
    this.tell(); // the next key steps from here
    const film = id === null ? undefined : this.films.get(id);
    if (film === undefined) return;
    if (film.waiting) this.queue.first(film.id);
    for (const result of film.results)
      if (!hasMaps(result) && this.canMakeMaps(film, result)) void this.makeMaps(film, result);
  }

  // Whether the maps of a result, which the page holds no longer, can be made again: by the very model
  // that gave it.
  canMakeMaps({ file }: Film, { screening: { evidence, model } }: Result): boolean {
    return evidence !== null && file !== null && this.workers.has(model.sha256);
  }

  // Takes films from the list, until they are put back. Those that are being read have no result then.
  remove(ids: readonly number[]): void {
    const before = this.films.all;
    const gone = new Set(ids);
    this.queue.drop(gone);
    this.removed = this.films.remove(ids);
    if (this.settings.remembered) this.orTrouble(this.kept.forget(ids));
    if (this.selected === null || !gone.has(this.selected)) return;
    // The one after it, or else the one before.
    const at = before.findIndex(({ id }) => id === this.selected);
    const rest = [...before.slice(at), ...before.slice(0, at).reverse()];
    this.select(rest.find(({ id }) => !gone.has(id))?.id ?? null);
  }

  putBack(): void {
    const films = this.removed;
    this.removed = [];
    this.films.putBack(films);
    this.keepAll(films);
    if (films.length > 0) this.select(films[0]!.id);
  }

  forgetRemoved(): void {
    this.removed = [];
    this.changed();
  }

  // Whether the browser may keep settings and results. If not, what it has kept is erased.
  setRemembered(allowed: boolean): void {
    this.memoryTrouble = "";
    this.settings.setRemembered(allowed);
    if (!allowed) return this.orTrouble(this.kept.erase());
    this.keepAll(this.films.all);
  }

  // A film for the viewer, changed so. Rejects with the reason. frame and window choose within a DICOM
  // file.
  view(
    id: number,
    change: FilmChange | null,
    choice: { frame?: number; window?: number | null } = {},
  ): Promise<ViewedFilm> {
    const film = this.films.get(id);
    if (film?.file == null) return Promise.reject(new Error(t("fileReleased")));
    const { frame = 0, window } = choice;
    return this.workers.pixels(
      film.file,
      window == null ? { frame, change } : { frame, window, change },
    );
  }

  // Scores a film that was refused; the mark of it stays with the result.
  showAnyway(id: number): void {
    this.at(id, (film) => ({ showAnyway: true, change: film.change }));
  }

  // Scores it turned or inverted; the mark of it stays with the result.
  scoreChanged(id: number, change: FilmChange): void {
    this.at(id, () => ({ showAnyway: false, change }));
  }

  // The card of the model that scored a film, which need not be the one that is open now; nothing in
  // it where that model was never open here.
  cardOf({ model }: Screening): OpenedModel["model"]["card"] {
    return this.cards.get(model.sha256) ?? {};
  }

  // Read into memory: a file on the disk may change while films are scored by it.
  async openModel(source: ImageSource, name = nameOf(source) ?? ""): Promise<OpenedModel> {
    const file = source instanceof Blob ? source : new Blob([source]);
    return this.openNamed(name, () => readAll(file, (done) => this.say({ name, done })));
  }

  // The first of them is the one that the page opens with.
  openBuiltIn({ file }: ReleasedModel): Promise<OpenedModel> {
    return this.openNamed(file, async () => ({ packed: packed(file) }));
  }

  private async openNamed(name: string, read: () => Promise<ModelSource>): Promise<OpenedModel> {
    try {
      this.say({ name, done: 0 });
      const source = await read();
      this.say({ name, done: null });
      return await this.open(source);
    } finally {
      this.say(null);
    }
  }

  private say(opening: Opening | null): void {
    this.opening = opening;
    this.changed();
  }

  private at(id: number, how: (film: Film) => How): void {
    const film = this.films.get(id);
    if (film === undefined || film.file === null || film.waiting) return;
    const { showAnyway, change } = how(film);
    this.films.wait(id, change);
    this.queue.add([this.task(id, { showAnyway, change }, performance.now())]);
    this.queue.first(id);
  }

  private task(id: number, how: How, given: number) {
    const { name, file } = this.films.get(id)!;
    const opened = this.model.kind === "open" ? this.model.opened : undefined;
    const model = opened?.model.sha256 ?? null;
    let resolve: (screening: Screening) => void;
    const screening = new Promise<Screening>((settle) => (resolve = settle));
    const finish = (screened: Screened) => {
      this.finish(id, screened);
      resolve(this.judged(screened.screening));
    };
    return {
      film: id,
      screening,
      start: async (urgent: boolean) => {
        const screened = await this.workers.screen({ name, file: file! }, model, how, urgent);
        if (screened.screening.status === "ok") this.firstResultAfter ??= performance.now() - given;
        finish(screened);
        this.announce(this.judged(screened.screening));
      },
      cancel: () => {
        const cancelled = noScreening(name, t("cancelled"), { sha256: "", opened, how });
        const has = this.films
          .get(id)
          ?.results.some(({ screening }) => screening.status !== "error");
        if (has !== true) return finish(cancelled);
        this.films.doNotWait(id);
        resolve(cancelled.screening);
      },
    };
  }

  private async makeMaps(film: Film, { screening }: Result): Promise<void> {
    const { model, shown_anyway: showAnyway, change } = screening;
    const given = { name: film.name, file: film.file! };
    const made = await this.workers.screen(given, model.sha256, { showAnyway, change }, true);
    // Meanwhile it may be judged by another operating point, and is the same result.
    const isSame = ({ model: { sha256 }, time }: Screening) =>
      sha256 === model.sha256 && time === screening.time;
    const now = this.films.get(film.id)?.results.find(({ screening }) => isSame(screening));
    if (now === undefined || made.screening.film.sha256 !== screening.film.sha256) return;
    this.films.holdMaps(film.id, made);
    if (this.selected === film.id) this.tell();
  }

  private judged(screening: Screening): Screening {
    return judgedBy(screening, this.settings.operatingPoint);
  }

  private finish(id: number, screened: Screened): void {
    const film = this.films.finish(id, screened);
    if (film === undefined) return;
    if (film.id !== id) {
      ++this.givenBefore;
      if (this.selected === id) this.select(film.id);
    }
    this.unsaved = true;
    if (this.selected === film.id) this.tell();
    if (this.settings.remembered) this.keepAll([film]);
  }

  private keepAll(films: readonly Film[]): void {
    if (!this.settings.remembered) return;
    for (const { id, results } of films)
      for (const { screening } of results) this.kept.keep(id, screening);
  }

  private rememberedElsewhere(): void {
    if (this.settings.remembered) this.keepAll(this.films.all);
    else this.kept.stop();
    this.changed();
  }

  // Results of earlier visits; their files are not to be had any more.
  private async restore(): Promise<void> {
    try {
      const kept = await this.kept.all();
      const films = this.films.restore(kept.map(({ screenings }) => screenings));
      films.forEach(({ id }, i) => this.kept.assign(id, kept[i]!.place));
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
  private changed(between = betweenDrawings): void {
    const now = performance.now();
    const due = this.told + between;
    if (due <= now) return this.tell();
    if (due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.tell(), due - now);
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.due = Infinity;
    this.told = performance.now();
    for (const listener of this.listeners) listener();
  }
}

// The small build that suits the browser best, and the one for models that it refuses. Those with relaxed
// SIMD are in the site only.
function programs(): Program[] {
  const features = browserFeatures();
  const builds = [
    ["thoraxlite-relaxed", "thoraxlite"],
    ["thoraxlite-xnnpack-relaxed", "thoraxlite-xnnpack"],
  ] as const;
  return builds.flatMap((names) => {
    const variant = chooseVariant(features, names.filter(hasPacked));
    return variant === undefined
      ? []
      : [{ module: variant.module, packed: packed(variant.module) }];
  });
}

// done: told after each piece which part of the bytes was read.
async function readAll(file: Blob, told: (done: number) => void): Promise<Blob> {
  const pieces: BlobPart[] = [];
  const reader = file.stream().getReader();
  for (let read = 0; ; told(read / file.size)) {
    const { done, value } = await reader.read();
    if (done) return new Blob(pieces);
    pieces.push(value);
    read += value.length;
  }
}

function hasMaps({ evidence, lungField }: Result): boolean {
  return evidence.length > 0 || lungField !== null;
}

function nameOf(source: ImageSource): string | undefined {
  return source instanceof File && source.name !== "" ? source.name : undefined;
}
