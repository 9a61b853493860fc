// The films that the page shows, the newest batch first, and what models made of each. Plain data and
// one list of listeners. Nothing here grows with a film's pixels, so that thousands of them fit.

import type { FilmChange } from "../film/change";
import type { Screened } from "../screening/protocol";
import type { Screening } from "../screening/thoraxlite";
import { defaultOperatingPoint, judgedBy } from "../screening/operating_point";

// What one model made of a film. The scores never change; what they are judged by may; their maps are
// held for a while.
export interface Result {
  readonly screening: Screening;
  // As screening/protocol.ts says; of the newest results and the film that is looked at only.
  readonly evidence: readonly Float32Array[];
  readonly lungField: Uint8Array | null;
}

export interface Film {
  readonly id: number;
  readonly batch: number; // those that were given together have the same one
  readonly name: string; // with its folder, where a folder was given
  readonly ofScript: boolean; // a script gave it, not a person
  readonly file: Blob | null; // the browser's handle; null where it is no longer to be had
  readonly sha256: string; // of the file; empty until it was read
  readonly change: FilmChange | null; // done to it before it is scored and shown
  readonly waiting: boolean; // to be scored
  readonly results: readonly Result[]; // one a model, the first that scored it first
}

type Given = Pick<Film, "name" | "file" | "ofScript">;

const resultsWithMaps = 24;

export class Films {
  looked: number | null = null; // id of the film that is looked at: it keeps its maps

  private readonly films = new Map<number, Film>();
  private readonly withMaps: { id: number; model: string }[] = []; // the oldest first
  private readonly listeners = new Set<() => void>();
  private listed: readonly Film[] | null = null;
  private operatingPoint: string = defaultOperatingPoint; // that judges all that is here
  private lastId = 0;
  private lastBatch = 0;

  // A new array after each change, and the same one until then.
  get all(): readonly Film[] {
    return (this.listed ??= [...this.films.values()].sort(
      (a, b) => b.batch - a.batch || a.id - b.id,
    ));
  }

  get(id: number): Film | undefined {
    return this.films.get(id);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  // Films that wait to be scored.
  add(given: readonly Given[]): Film[] {
    const batch = ++this.lastBatch;
    return this.enter(
      given.map((film) => ({
        ...film,
        batch,
        sha256: "",
        change: null,
        waiting: true,
        results: [],
      })),
    );
  }

  // Films whose results were kept, without their files.
  restore(kept: readonly (readonly Screening[])[]): Film[] {
    const batch = ++this.lastBatch;
    return this.enter(
      kept.map((screenings) => ({
        batch,
        name: screenings[0]!.file,
        ofScript: false,
        file: null,
        sha256: screenings[0]!.film.sha256,
        change: screenings[0]!.change,
        waiting: false,
        results: screenings.map((screening) => ({
          screening: judgedBy(screening, this.operatingPoint),
          evidence: [],
          lungField: null,
        })),
      })),
    );
  }

  // From now on, and what is here too.
  judgeBy(operatingPoint: string): void {
    this.operatingPoint = operatingPoint;
    for (const film of this.films.values()) this.films.set(film.id, this.judged(film));
    this.changed();
  }

  // It will be scored, changed so.
  wait(id: number, change: FilmChange | null): void {
    this.change(id, { waiting: true, change });
  }

  // It will not, after all.
  doNotWait(id: number): void {
    this.change(id, { waiting: false });
  }

  // Takes in what came of a film. If it is one that was given before, its row has that now, and this one
  // is gone; nothing where the film was taken from the list meanwhile. Gives the film that has it.
  finish(id: number, { screening, evidence, lungField }: Screened): Film | undefined {
    const film = this.films.get(id);
    if (film === undefined) return undefined;
    const { sha256 } = screening.film;
    if (film.sha256 !== "" && sha256 !== "" && film.sha256 !== sha256)
      return this.finish(this.enterAnew(film).id, { screening, evidence, lungField });
    const same = this.sameFile(film, sha256);
    const { results } = same ?? film;
    const known = {
      sha256: sha256 || film.sha256,
      waiting: false,
      results: withResult(results, {
        screening: judgedBy(screening, this.operatingPoint),
        ...{ evidence, lungField },
      }),
    };
    if (same === undefined) this.change(id, known);
    else {
      this.films.delete(id);
      this.change(same.id, { ...known, file: film.file });
    }
    const at = same?.id ?? id;
    if (evidence.length > 0 || lungField !== null) this.hold(at, screening.model.sha256);
    return this.films.get(at);
  }

  // The maps of a result that is there already, made again.
  holdMaps(id: number, { screening, evidence, lungField }: Screened): void {
    const film = this.films.get(id);
    const model = screening.model.sha256;
    const results = film?.results.map((result) =>
      result.screening.model.sha256 === model ? { ...result, evidence, lungField } : result,
    );
    if (results === undefined) return;
    this.change(id, { results });
    this.hold(id, model);
  }

  releaseFile(id: number): void {
    this.change(id, { file: null });
  }

  // Takes films from the list, and gives them, so that they can be put back.
  remove(ids: readonly number[]): Film[] {
    const removed = ids.flatMap((id) => this.films.get(id) ?? []);
    for (const { id } of removed) this.films.delete(id);
    this.changed();
    return removed;
  }

  putBack(films: readonly Film[]): void {
    for (const film of films) this.films.set(film.id, { ...this.judged(film), waiting: false });
    this.changed();
  }

  private judged(film: Film): Film {
    const results = film.results.map((result) => ({
      ...result,
      screening: judgedBy(result.screening, this.operatingPoint),
    }));
    return { ...film, results };
  }

  private enter(films: readonly Omit<Film, "id">[]): Film[] {
    const entered = films.map((film) => ({ ...film, id: ++this.lastId }));
    for (const film of entered) this.films.set(film.id, film);
    this.changed();
    return entered;
  }

  // Its file was written over: what is in it now is another film.
  private enterAnew({ id, ...film }: Film): Film {
    this.change(id, { waiting: false, file: null });
    return this.enter([{ ...film, batch: ++this.lastBatch, sha256: "", results: [] }])[0]!;
  }

  // A film that was given earlier, with the same bytes. What a script gives has the name that the script
  // wants it to have.
  private sameFile({ id, batch, name, ofScript }: Film, sha256: string): Film | undefined {
    if (sha256 === "") return undefined;
    for (const film of this.films.values())
      if (
        film.sha256 === sha256 &&
        film.id !== id &&
        film.batch !== batch &&
        (film.name === name || !(ofScript || film.ofScript))
      )
        return film;
    return undefined;
  }

  private hold(id: number, model: string): void {
    this.withMaps.push({ id, model });
    while (this.withMaps.length > resultsWithMaps) {
      const oldest = this.withMaps.findIndex(({ id }) => id !== this.looked);
      if (oldest < 0) return;
      const [forgotten] = this.withMaps.splice(oldest, 1);
      this.forgetMaps(forgotten!);
    }
  }

  private forgetMaps({ id, model }: { id: number; model: string }): void {
    if (this.withMaps.some((held) => held.id === id && held.model === model)) return;
    const film = this.films.get(id);
    const results = film?.results.map((result) =>
      result.screening.model.sha256 === model
        ? { ...result, evidence: [], lungField: null }
        : result,
    );
    if (results !== undefined) this.change(id, { results });
  }

  private change(id: number, change: Partial<Film>): void {
    const film = this.films.get(id);
    if (film === undefined) return;
    this.films.set(id, { ...film, ...change });
    this.changed();
  }

  private changed(): void {
    this.listed = null;
    for (const listener of this.listeners) listener();
  }
}

// One result a model. Scores that are there stay as they are: by the same model, from the same film, no
// others can come. What gave no scores, a refusal or an error, gives way to what was made later.
function withResult(results: readonly Result[], result: Result): Result[] {
  const { model, status } = result.screening;
  const same = results.find(({ screening }) => screening.model.sha256 === model.sha256);
  const stays =
    same !== undefined &&
    (status === "error"
      ? same.screening.status !== "error"
      : same.screening.findings.length > 0 && !isOther(same, result));
  if (stays)
    return results.map((one) =>
      one === same && result.evidence.length > 0 ? { ...result, screening: one.screening } : one,
    );
  const rest = results.filter(
    ({ screening }) =>
      screening.model.sha256 !== model.sha256 &&
      (screening.status !== "error" || status === "error"),
  );
  return [...rest, result];
}

// The film was changed between the two, or shown anyway: another act, with scores of its own.
function isOther({ screening: before }: Result, { screening: after }: Result): boolean {
  return (
    after.findings.length > 0 &&
    (before.change !== after.change || before.shown_anyway !== after.shown_anyway)
  );
}
