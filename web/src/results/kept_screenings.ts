// Results that outlast a reload, in the browser's own database, where the reader allowed it. Scores,
// names of files and what identifies films and models; never pixels, maps or who the patient is.

import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { Screening } from "../screening/thoraxlite";
import { defaultOperatingPoint } from "../screening/operating_point";

// In the order of giving; a record a model.
type Key = [visit: number, film: number, model: string];

interface Schema extends DBSchema {
  screenings: { key: Key; value: Screening };
}

const name = "thoraxlite";
const betweenWrites = 300; // milliseconds; a run of quick films is written in lots

export class KeptScreenings {
  private database: Promise<IDBPDatabase<Schema>> | null = null;
  private readonly visit = Date.now();
  private readonly places = new Map<number, readonly [visit: number, film: number]>(); // by film's id
  private readonly unwritten = new Map<string, { place: number; screening: Screening }>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  // allowed: whether anything may be kept, which another of these pages may have ended.
  // onError: the browser keeps nothing after all; told once a failure.
  constructor(
    private readonly allowed: () => boolean,
    private readonly onError: (message: string) => void,
  ) {
    // The browser tells of a page's end in this way only, and too late for a timer.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.write();
    });
  }

  // Of earlier visits, in the order of giving: each film's screenings.
  async all(): Promise<{ place: readonly [number, number]; screenings: Screening[] }[]> {
    const database = await this.open();
    const transaction = database.transaction("screenings");
    const [keys, screenings] = await Promise.all([
      transaction.store.getAllKeys(),
      transaction.store.getAll(),
    ]);
    const films = new Map<string, { place: readonly [number, number]; screenings: Screening[] }>();
    keys.forEach(([visit, film], i) => {
      const known = films.get(`${visit} ${film}`);
      const screening = whole(screenings[i]!);
      if (known !== undefined) known.screenings.push(screening);
      else films.set(`${visit} ${film}`, { place: [visit, film], screenings: [screening] });
    });
    return [...films.values()];
  }

  // The film stands for what is kept there.
  assign(film: number, place: readonly [number, number]): void {
    this.places.set(film, place);
  }

  keep(film: number, screening: Screening): void {
    this.unwritten.set(`${film} ${screening.model.sha256}`, { place: film, screening });
    this.timer ??= setTimeout(() => void this.write(), betweenWrites);
  }

  async forget(films: readonly number[]): Promise<void> {
    for (const [key, { place }] of this.unwritten)
      if (films.includes(place)) this.unwritten.delete(key);
    const { store, done } = (await this.open()).transaction("screenings", "readwrite");
    const ranges = films.flatMap((film) => {
      const place = this.places.get(film);
      return place === undefined ? [] : [IDBKeyRange.bound([...place], [...place, []])];
    });
    await Promise.all([...ranges.map((range) => store.delete(range)), done]);
  }

  // Lets go of what is not written yet, since nothing may be kept any more.
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.unwritten.clear();
    this.places.clear();
    void this.database?.then((database) => database.close());
    this.database = null;
  }

  async erase(): Promise<void> {
    this.stop();
    await deleteDB(name);
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.allowed()) return this.stop();
    if (this.unwritten.size === 0) return;
    const lot = [...this.unwritten.values()];
    this.unwritten.clear();
    try {
      const { store, done } = (await this.open()).transaction("screenings", "readwrite");
      for (const { place: film, screening } of lot) {
        const place = this.places.get(film) ?? [this.visit, film];
        this.places.set(film, place);
        void store.put(screening, [...place, screening.model.sha256]);
      }
      await done;
    } catch (error) {
      this.onError(error instanceof Error ? error.message : String(error));
    }
  }

  private open(): Promise<IDBPDatabase<Schema>> {
    return (this.database ??= openDB<Schema>(name, 1, {
      upgrade: (database) => void database.createObjectStore("screenings"),
      // Another of these pages erases everything, and would wait for this one.
      blocking: () => {
        void this.database?.then((database) => database.close());
        this.database = null;
      },
    }));
  }
}

// What earlier versions of the page kept lacks what they did not know.
function whole(kept: Screening): Screening {
  return {
    ...kept,
    film: kept.film ?? { sha256: "", frame: 0, study_uid: "", sop_uid: "" },
    time: kept.time ?? "",
    change: kept.change ?? null,
    operating_point: kept.operating_point ?? defaultOperatingPoint,
    operating_points: kept.operating_points ?? [defaultOperatingPoint],
    version: kept.version ?? "",
    notes: kept.notes ?? [],
    model: { ...kept.model, version: kept.model.version ?? "" },
    findings: kept.findings.map((finding) => ({
      ...finding,
      near: finding.near ?? false,
      neither: finding.neither ?? false,
      evidence_unusual: finding.evidence_unusual ?? false,
      peak: finding.peak ?? null,
    })),
  };
}
