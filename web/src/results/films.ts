// The films that the page shows, the newest batch first. Plain data and one list of listeners.
// Nothing here grows with a film's pixels, so that thousands of them fit.

import type { Screened } from "../screening/protocol";
import type { Screening } from "../screening/thoraxlite";

export interface Film {
  readonly id: number;
  readonly name: string; // with its folder, where a folder was given
  readonly file: Blob | null; // the browser's handle; null where it is no longer to be had
  readonly screening: Screening | null; // null while it waits
  // As screening/protocol.ts says; of the newest and the selected films only. Session.select brings them back.
  readonly evidence: readonly Float32Array[];
  readonly lungField: Uint8Array | null;
}

const filmsWithMaps = 24;

export class Films {
  private batches: Film[][] = [];
  private readonly places = new Map<number, { batch: Film[]; index: number }>();
  private readonly withMaps: number[] = []; // ids, the oldest first
  private readonly listeners = new Set<() => void>();
  private listed: readonly Film[] | null = null;
  private lastId = 0;

  // A new array after each change, and the same one until then.
  get all(): readonly Film[] {
    return (this.listed ??= [...this.batches].reverse().flat());
  }

  get(id: number): Film | undefined {
    const place = this.places.get(id);
    return place?.batch[place.index];
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  add(films: readonly Pick<Film, "name" | "file" | "screening">[]): Film[] {
    const batch = films.map((film) => ({
      ...film,
      id: ++this.lastId,
      evidence: [],
      lungField: null,
    }));
    this.batches.push(batch);
    batch.forEach(({ id }, index) => this.places.set(id, { batch, index }));
    this.changed();
    return [...batch];
  }

  finish(id: number, { screening, evidence, lungField }: Screened): void {
    this.change(id, { screening, evidence, lungField });
    if (evidence.length === 0 && lungField === null) return;
    this.withMaps.push(id);
    if (this.withMaps.length > filmsWithMaps) this.forgetMaps();
  }

  releaseFile(id: number): void {
    this.change(id, { file: null });
  }

  // Takes the films that are done; gives their ids. Those that wait stay: their results are on the way.
  clear(): number[] {
    const done: number[] = [];
    this.batches = this.batches
      .map((batch) =>
        batch.filter(({ id, screening }) => {
          if (screening !== null) done.push(id);
          return screening === null;
        }),
      )
      .filter(({ length }) => length > 0);
    for (const id of done) this.places.delete(id);
    for (const batch of this.batches)
      batch.forEach(({ id }, index) => this.places.set(id, { batch, index }));
    this.changed();
    return done;
  }

  private forgetMaps(): void {
    const id = this.withMaps.shift()!;
    if (!this.withMaps.includes(id)) this.change(id, { evidence: [], lungField: null });
  }

  private change(id: number, change: Partial<Film>): void {
    const place = this.places.get(id);
    if (place === undefined) return;
    place.batch[place.index] = { ...place.batch[place.index]!, ...change };
    this.changed();
  }

  private changed(): void {
    this.listed = null;
    for (const listener of this.listeners) listener();
  }
}
