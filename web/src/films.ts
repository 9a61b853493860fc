// The films that the page shows, newest batch first. Plain data and one list of listeners.

import type { Screening } from "./thoraxlite";

export interface Film {
  readonly id: number;
  readonly name: string;
  readonly pictureUrl: string;
  readonly screening: Screening | null; // null while it waits
}

export class Films {
  private films: readonly Film[] = [];
  private readonly listeners = new Set<() => void>();
  private lastId = 0;

  get all(): readonly Film[] {
    return this.films;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  add(batch: readonly { name: string; file: Blob }[]): Film[] {
    const added = batch.map(({ name, file }) => ({
      id: ++this.lastId,
      name,
      pictureUrl: URL.createObjectURL(file),
      screening: null,
    }));
    this.replace([...added, ...this.films]);
    return added;
  }

  finish(id: number, screening: Screening): void {
    this.replace(this.films.map((film) => (film.id === id ? { ...film, screening } : film)));
  }

  // Films that still wait stay: their results are on the way.
  clear(): void {
    for (const film of this.films) {
      if (film.screening !== null) URL.revokeObjectURL(film.pictureUrl);
    }
    this.replace(this.films.filter((film) => film.screening === null));
  }

  private replace(films: readonly Film[]): void {
    this.films = films;
    for (const listener of this.listeners) listener();
  }
}
