// The page's end of its workers: as many as help, one request each at a time, and for each the file that
// it reads meanwhile. A film is screened by the model that its run began with, whichever is the newest; a
// worker opens that one first. A worker that crashes or takes too long is ended, its request answered with
// the reason, and a new one takes its place.

import { packed } from "../packed/packed";
import type { FilmChange } from "../film/change";
import type { ViewedFilm } from "../film/pixels";
import type {
  CompiledProgram,
  Equipment,
  How,
  ModelSource,
  Program,
  Reading,
  Reply,
  Request,
  Screened,
} from "./protocol";
import { formatDuration, t } from "../words/strings";
import type { OpenedModel, Screening } from "./thoraxlite";
import { version } from "../packed/version";

// Far more than the slowest film takes on a phone: it is for files made to never end.
const timeLimit = 60_000; // milliseconds

// After so many vain attempts to open a model that another worker could open, a worker is given up.
const attempts = 3;

// A larger file is not held beside another: it is read when it is its turn.
const mostAhead = 2 ** 25; // bytes

interface Job {
  readonly request: () => Request;
  readonly settle: (reply: Reply, seat: Seat | undefined) => void;
  readonly model: (() => Model | undefined) | null; // that must be open in the worker; null: none
  readonly film: Blob | null; // to be screened; null: none is
}

interface Seat {
  worker: Worker | undefined; // started when there is work
  job: Job | undefined;
  ahead: Job | undefined; // whose file the worker holds, or reads; waits, unless another worker took it
  timer: ReturnType<typeof setTimeout> | undefined;
  model: Model | undefined; // open in the worker
  failures: number; // to open a model, in a row
}

interface Model {
  readonly source: ModelSource;
  readonly program: number; // which of the pool's runs it
  readonly opened: OpenedModel;
}

declare global {
  interface Window {
    startWorker: () => Worker; // first_worker.ts
  }
}

function startWorker(): Worker {
  const worker = window.startWorker();
  worker.postMessage({ dicom: packed("dicom") } satisfies Equipment);
  return worker;
}

// A film of 4000 x 4000 pixels and its file take some 100 MB in a worker. Browsers tell of the
// memory only roughly, or not at all.
export function helpfulWorkers(): number {
  const gigabytes = (navigator as { deviceMemory?: number }).deviceMemory ?? 4;
  return Math.max(1, Math.floor(Math.min(navigator.hardwareConcurrency ?? 1, gigabytes)));
}

export class WorkerPool {
  private readonly seats: Seat[] = [];
  private readonly trials: Job[] = []; // models to be opened
  private readonly urgent: Job[] = [];
  private readonly pictures: Job[] = []; // films for the viewer
  private readonly waiting: Job[] = [];
  private screened = false; // a film was, or is being
  private answered = false; // what came of the first is known
  private growing = false; // there may be as many workers as help, once the first film is answered
  private readonly models = new Map<string, Model>(); // that were opened, by SHA-256
  private model: Model | undefined; // the newest
  private openings: Promise<unknown> = Promise.resolve();
  private firstOpening = true; // has not ended yet
  private whyNotOpen = "";

  // programs: the builds of the core, in the order in which a model is tried; none where the browser
  // runs none. The first worker starts at once, the others when it is ready, since it compiles the core for
  // them, and not while it is busy with the first film: beside them that would take longer.
  constructor(
    private readonly programs: Program[],
    readonly size: number,
  ) {
    this.addSeat();
  }

  // One worker tries the model while the others go on. Once it has passed it is the newest, and films
  // that are asked for from then on are screened by it. Rejects with the reason; the newest stays.
  open(source: ModelSource): Promise<OpenedModel> {
    const opening = this.openings.then(() => this.tryModel(source));
    this.openings = opening.catch(() => {});
    return opening;
  }

  // Whether the model was opened here, so that films can be screened by it.
  has(sha256: string): boolean {
    return this.models.has(sha256);
  }

  // Never rejects: what goes wrong becomes a Screening that says so. model: the SHA-256 of one that was
  // opened here; null: the first that will be. A film that someone is looking at is urgent and goes
  // before the others.
  async screen(
    { name, file }: { name: string; file: Blob },
    model: string | null,
    how: How,
    urgent: boolean,
  ): Promise<Screened> {
    const request: Request = { type: "screen", name, file, next: null, ...how };
    let by: Model | undefined; // whose it is, once it is known
    const wanted = () => (by ??= model === null ? this.model : this.models.get(model));
    const reply = await this.ask(() => request, urgent ? this.urgent : this.waiting, wanted, file);
    if (reply.type !== "screened") {
      const sha256 = reply.type === "notDecoded" ? reply.sha256 : "";
      return noScreening(name, this.reason(reply), { sha256, opened: wanted()?.opened, how });
    }
    reply.screening.time = new Date().toISOString();
    return reply;
  }

  // A film for the viewer; rejects with the reason. frame and window choose within a DICOM file.
  async pixels(
    file: Blob,
    choice: { frame?: number; window?: number; change: FilmChange | null },
  ): Promise<ViewedFilm> {
    const request = (): Request => ({ type: "pixels", program: this.compiled(), file, ...choice });
    const reply = await this.ask(request, this.pictures, null, null);
    if (reply.type !== "pixels") throw new Error(this.reason(reply));
    return reply;
  }

  private tryModel(source: ModelSource, index = 0): Promise<OpenedModel> {
    const program = this.programs[index];
    if (program === undefined) {
      this.firstOpening = false;
      this.whyNotOpen = t("noSimd");
      this.dispatch();
      return Promise.reject(new Error(this.whyNotOpen));
    }
    const request: Request = { type: "open", program, model: source };
    return new Promise((resolve, reject) => {
      const settle = (reply: Reply, seat: Seat | undefined) => {
        // The next build may run what this one does not.
        if (reply.type === "refused" && index + 1 < this.programs.length) {
          this.tryModel(source, index + 1).then(resolve, reject);
          return;
        }
        this.firstOpening = false;
        if (reply.type !== "opened" || seat === undefined) {
          const reason = "message" in reply ? reply.message : this.reason(reply);
          if (this.model === undefined) this.whyNotOpen = reason;
          reject(new Error(reason));
          return;
        }
        this.programs[index] = reply.program;
        this.model = seat.model = { source, opened: reply.opened, program: index };
        this.models.set(reply.opened.model.sha256, this.model);
        this.growing = true;
        resolve(reply.opened);
      };
      this.enqueue({ request: () => request, settle, model: null, film: null }, this.trials);
    });
  }

  // The build that runs the model.
  private compiled(): CompiledProgram | null {
    const program = this.model && this.programs[this.model.program];
    return program !== undefined && "compiled" in program ? program : null;
  }

  private ask(
    request: () => Request,
    queue: Job[],
    model: Job["model"],
    film: Job["film"],
  ): Promise<Reply> {
    return new Promise((settle) => this.enqueue({ request, settle, model, film }, queue));
  }

  private enqueue(job: Job, queue: Job[]): void {
    queue.push(job);
    this.dispatch();
  }

  private addSeat(): void {
    this.seats.push({
      worker: undefined,
      job: undefined,
      ahead: undefined,
      timer: undefined,
      model: undefined,
      failures: 0,
    });
  }

  private dispatch(): void {
    if (this.growing && !this.awaitsFirst()) {
      this.growing = false;
      while (this.seats.length < this.size) this.addSeat();
    }
    for (const seat of [...this.seats]) {
      if (seat.job === undefined) this.giveWork(seat);
    }
    if (this.seats.length > 0) return;
    const jobs = [this.trials, this.urgent, this.pictures, this.waiting].flatMap((queue) =>
      queue.splice(0),
    );
    for (const { settle } of jobs) settle({ type: "noModel" }, undefined);
  }

  private awaitsFirst(): boolean {
    const films = [...this.urgent, ...this.waiting, ...this.seats.map(({ job }) => job)];
    return !this.answered && films.some((job) => job != null && job.film !== null);
  }

  private giveWork(seat: Seat): void {
    const queue = this.nextQueue(seat);
    if (queue === undefined) {
      // So that the next film need not wait for it.
      if (this.model !== undefined && seat.model !== this.model)
        this.run(seat, this.reopening(this.model));
      return;
    }
    const job = queue === this.waiting ? this.turn(seat) : queue[0]!;
    const wanted = job.model?.();
    if (wanted !== undefined && wanted !== seat.model)
      return this.run(seat, this.reopening(wanted));
    this.screened ||= queue === this.urgent || queue === this.waiting;
    queue.splice(queue.indexOf(job), 1);
    this.run(seat, job);
  }

  // Of the films that wait: the one that its worker has read, else the first that no other reads, else the
  // first, for whoever reads it is busy.
  private turn(seat: Seat): Job {
    return this.readBy(seat) ?? this.unread()[0] ?? this.waiting[0]!;
  }

  // undefined also where another worker has taken it.
  private readBy({ ahead }: Seat): Job | undefined {
    return ahead !== undefined && this.waiting.includes(ahead) ? ahead : undefined;
  }

  private unread(): Job[] {
    const read = new Set(this.seats.map(({ ahead }) => ahead));
    return this.waiting.filter((job) => !read.has(job));
  }

  // What a worker that begins with the job reads and holds. Workers without work take the first films
  // that wait, so that it reads one behind these.
  private reading(seat: Seat, job: Job): Reading {
    const file = job === seat.ahead ? "ahead" : job.film!;
    if (this.readBy(seat) !== undefined) return { file, next: "ahead" };
    const idle = this.seats.filter(({ job }) => job === undefined).length;
    const next = this.unread()[idle];
    seat.ahead = next !== undefined && next.film!.size <= mostAhead ? next : undefined;
    return { file, next: seat.ahead?.film ?? null };
  }

  private nextQueue(seat: Seat): Job[] | undefined {
    if (this.trials.length > 0) return this.trials;
    if (this.firstOpening) return undefined;
    if (this.urgent.length > 0) return this.urgent;
    // Only for a picture no model need be open.
    if (seat.model === undefined && this.pictures.length > 0) return this.pictures;
    // Whoever opens the page wants the first findings before the first picture.
    const queues = [this.pictures, this.waiting];
    return (this.screened ? queues : queues.reverse()).find(({ length }) => length > 0);
  }

  private reopening(model: Model): Job {
    return {
      request: () => ({
        type: "open",
        program: this.programs[model.program]!,
        model: model.source,
      }),
      model: null,
      film: null,
      settle: (reply, seat) => {
        if (seat === undefined) return;
        seat.failures = reply.type === "opened" ? 0 : seat.failures + 1;
        if (reply.type === "opened") seat.model = model;
        if (seat.failures < attempts) return;
        this.seats.splice(this.seats.indexOf(seat), 1);
        seat.worker?.terminate();
        this.whyNotOpen = this.reason(reply);
      },
    };
  }

  private run(seat: Seat, job: Job): void {
    seat.job = job;
    seat.worker ??= this.start(seat);
    seat.timer = setTimeout(
      () => this.end(seat, { type: "overdue", message: formatDuration(timeLimit) }),
      timeLimit,
    );
    const request = job.request();
    seat.worker.postMessage(
      request.type === "screen" ? { ...request, ...this.reading(seat, job) } : request,
    );
  }

  private start(seat: Seat): Worker {
    const worker = startWorker();
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      if (worker !== seat.worker) return;
      if (data.type === "crashed") this.end(seat, data);
      else this.finish(seat, data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (worker === seat.worker) this.end(seat, { type: "crashed", message: event.message });
    });
    return worker;
  }

  private end(seat: Seat, reply: Reply): void {
    seat.worker?.terminate();
    seat.worker = undefined;
    seat.model = undefined;
    seat.ahead = undefined;
    this.finish(seat, reply);
  }

  private finish(seat: Seat, reply: Reply): void {
    clearTimeout(seat.timer);
    const { job } = seat;
    seat.job = undefined;
    this.answered ||= job != null && job.film !== null;
    job?.settle(reply, seat);
    this.dispatch();
  }

  private reason(reply: Reply): string {
    switch (reply.type) {
      case "unreadable":
        return t("fileUnreadable", { reason: reply.message });
      case "noModel":
        return t("noModel", { reason: this.whyNotOpen });
      case "crashed":
        return t("crashed", { reason: reply.message });
      case "overdue":
        return t("overdue", { time: reply.message });
      case "notDecoded":
      case "refused":
        return reply.message;
      default:
        return t("unexpectedReply");
    }
  }
}

// A film that was not screened, and why. sha256: of its file, where it could be read.
export function noScreening(
  file: string,
  message: string,
  {
    sha256,
    opened,
    how,
  }: { sha256: string; opened: OpenedModel | undefined; how: Pick<How, "change"> },
): Screened {
  const { name = "", version: modelVersion = "", sha256: model = "" } = opened?.model ?? {};
  const screening: Screening = {
    file,
    film: { sha256, frame: 0, study_uid: "", sop_uid: "" },
    time: new Date().toISOString(),
    status: "error",
    message,
    refusal: null,
    shown_anyway: false,
    change: how.change,
    operating_point: "",
    operating_points: [],
    findings: [],
    novelty: null,
    evidence: null,
    image: null,
    notes: [],
    model: { name, version: modelVersion, sha256: model },
    version,
    milliseconds: { decode: 0, prepare: 0, infer: 0, evidence: 0 },
  };
  return { screening, evidence: [], lungField: null };
}
