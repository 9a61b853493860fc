// One open page: its model, its films, and the one way by which a file becomes a result, whether a
// person or a script gave it.

import { Films } from "./films";
import { spoken, t } from "./strings";
import type { ImageSource, OpenedModel, Screening, Thoraxlite } from "./thoraxlite";
import { WorkerClient } from "./worker_client";

export type ModelState =
  { kind: "opening" } | { kind: "open"; opened: OpenedModel } | { kind: "failed"; message: string };

export class Session implements Thoraxlite {
  readonly films = new Films();
  readonly ready: Promise<OpenedModel>;
  model: ModelState = { kind: "opening" };
  readyAfter: number | undefined; // milliseconds from opening the page
  firstResultAfter: number | undefined; // milliseconds from giving the first film

  announcement = ""; // what a screen reader is to say of the newest result

  private readonly worker = new WorkerClient();
  private readonly listeners = new Set<() => void>();

  constructor() {
    this.films.subscribe(() => this.changed());
    this.ready = this.open(null);
    this.ready
      .then(
        () => (this.readyAfter = performance.now()),
        (error: Error) => (this.model = { kind: "failed", message: error.message }),
      )
      .finally(() => this.changed());
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async screen(source: ImageSource, name?: string): Promise<Screening> {
    const file = asBlob(source);
    const [screening] = await Promise.all(
      this.screenAll([{ name: name ?? nameOf(source) ?? t("unnamed"), file }]),
    );
    return screening!;
  }

  screenAll(batch: readonly { name: string; file: Blob }[]): Promise<Screening>[] {
    const given = performance.now();
    return this.films.add(batch).map(async (film, index) => {
      const screening = await this.worker.screen(film.name, batch[index]!.file);
      if (screening.status === "ok") this.firstResultAfter ??= performance.now() - given;
      this.announcement = spoken(screening);
      this.films.finish(film.id, screening);
      return screening;
    });
  }

  openModel(source: ImageSource): Promise<OpenedModel> {
    return this.open(asBlob(source));
  }

  private async open(source: Blob | null): Promise<OpenedModel> {
    const opened = await this.worker.open(source);
    this.model = { kind: "open", opened };
    this.changed();
    return opened;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function nameOf(source: ImageSource): string | undefined {
  return source instanceof File && source.name !== "" ? source.name : undefined;
}

function asBlob(source: ImageSource): Blob {
  return source instanceof Blob ? source : new Blob([source]);
}
