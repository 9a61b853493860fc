// Results that outlast a reload, in the browser's own database, where the reader allowed it. Scores and
// names of files; never pixels, maps or what a DICOM file says of a patient.

import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { Screening } from "../screening/thoraxlite";

type Key = [visit: number, film: number]; // so that keys are in the order of giving

interface Schema extends DBSchema {
  screenings: { key: Key; value: Screening };
}

const name = "thoraxlite";
const betweenWrites = 300; // milliseconds; a run of quick films is written in lots

export class KeptScreenings {
  private database: Promise<IDBPDatabase<Schema>> | null = null;
  private readonly visit = Date.now();
  private readonly keys = new Map<number, Key>(); // by the film's id
  private readonly unwritten = new Map<number, Screening>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  // onError: the browser keeps nothing after all; told once a failure.
  constructor(private readonly onError: (message: string) => void) {
    // The browser tells of a page's end in this way only, and too late for a timer.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.write();
    });
  }

  // Of earlier visits, in the order of giving.
  async all(): Promise<{ key: Key; screening: Screening }[]> {
    const database = await this.open();
    const transaction = database.transaction("screenings");
    const [keys, screenings] = await Promise.all([
      transaction.store.getAllKeys(),
      transaction.store.getAll(),
    ]);
    return keys.map((key, i) => ({ key, screening: withVersion(screenings[i]!) }));
  }

  // The film stands for what is kept under the key.
  assign(film: number, key: Key): void {
    this.keys.set(film, key);
  }

  keep(film: number, screening: Screening): void {
    this.unwritten.set(film, screening);
    this.timer ??= setTimeout(() => void this.write(), betweenWrites);
  }

  async forget(films: readonly number[]): Promise<void> {
    for (const film of films) this.unwritten.delete(film);
    const keys = films.flatMap((film) => [this.keys.get(film) ?? []].filter(isKey));
    const { store, done } = (await this.open()).transaction("screenings", "readwrite");
    await Promise.all([...keys.map((key) => store.delete(key)), done]);
  }

  async erase(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.unwritten.clear();
    this.keys.clear();
    (await this.database)?.close();
    this.database = null;
    await deleteDB(name);
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.unwritten.size === 0) return;
    const lot = [...this.unwritten];
    this.unwritten.clear();
    try {
      const { store, done } = (await this.open()).transaction("screenings", "readwrite");
      for (const [film, screening] of lot) {
        const key = this.keys.get(film) ?? [this.visit, film];
        this.keys.set(film, key);
        void store.put(screening, key);
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

// The first pages kept screenings that do not say by which.
function withVersion(screening: Omit<Screening, "version"> & { version?: string }): Screening {
  return { ...screening, version: screening.version ?? "" };
}

function isKey(key: Key | []): key is Key {
  return key.length === 2;
}
