// The page's end of its workers: as many as help, each with the same model open, one request each at
// a time. A worker that crashes or takes too long is ended, its request answered with the reason, and
// a new one takes its place.

import workerSource from "source:worker";
import { packed } from "../packed/packed";
import type { ViewedFilm } from "../film/pixels";
import type {
  CompiledProgram,
  Equipment,
  ModelSource,
  Program,
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

type Job = { request: () => Request; settle: (reply: Reply, seat: Seat | undefined) => void };

interface Seat {
  worker: Worker | undefined; // started when there is work
  job: Job | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
  model: Model | undefined; // open in the worker
  failures: number; // to open the pool's model, in a row
}

interface Model {
  readonly source: ModelSource;
  readonly program: number; // which of the pool's runs it
  readonly opened: OpenedModel;
}

const workerUrl = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));

// The policy ignores what it is given, so that it can make a worker of nothing but ours.
const policy = window.trustedTypes?.createPolicy("thoraxlite", {
  createScriptURL: (_: string) => workerUrl,
});

function startWorker(): Worker {
  // TypeScript's Worker does not know Trusted Types; the browser takes the object as it is.
  const url = (policy?.createScriptURL("") ?? workerUrl) as string;
  const worker = new Worker(url, { name: "thoraxlite" });
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
  private readonly urgent: Job[] = [];
  private readonly pictures: Job[] = []; // films for the viewer
  private readonly waiting: Job[] = [];
  private screened = false; // a film was, or is being
  private model: Model | undefined;
  private openings: Promise<unknown> = Promise.resolve();
  private firstOpening = true; // has not ended yet
  private whyNotOpen = "";

  // programs: the builds of the core, in the order in which a model is tried; none where the browser
  // runs none. The first worker starts at once, the others when it is ready: it has compiled the core
  // for them.
  constructor(
    private readonly programs: Program[],
    readonly size: number,
  ) {
    this.addSeat();
  }

  // One worker tries the model while the others go on; once it has passed it is theirs too, before
  // their next film. Rejects with the reason; the model before stays open.
  open(source: ModelSource): Promise<OpenedModel> {
    const opening = this.openings.then(() => this.tryModel(source));
    this.openings = opening.catch(() => {});
    return opening;
  }

  // Never rejects: what goes wrong becomes a Screening that says so. Waits for the first model. A film
  // that someone is looking at is urgent and goes before the others.
  async screen(
    name: string,
    file: Blob,
    { showAnyway = false, urgent = false } = {},
  ): Promise<Screened> {
    const request: Request = { type: "screen", name, file, showAnyway };
    const reply = await this.ask(() => request, urgent ? this.urgent : this.waiting);
    if (reply.type === "screened") return reply;
    return noScreening(name, this.reason(reply), this.model?.opened);
  }

  // A film for the viewer; rejects with the reason. frame and window choose within a DICOM file.
  async pixels(file: Blob, choice: { frame?: number; window?: number } = {}): Promise<ViewedFilm> {
    const request = (): Request => ({ type: "pixels", program: this.compiled(), file, ...choice });
    const reply = await this.ask(request, this.pictures);
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
        while (this.seats.length < this.size) this.addSeat();
        resolve(reply.opened);
      };
      this.enqueue({ request: () => request, settle }, this.urgent);
    });
  }

  // The build that runs the model.
  private compiled(): CompiledProgram | null {
    const program = this.model && this.programs[this.model.program];
    return program !== undefined && "compiled" in program ? program : null;
  }

  private ask(request: () => Request, queue: Job[]): Promise<Reply> {
    return new Promise((settle) => this.enqueue({ request, settle }, queue));
  }

  private enqueue(job: Job, queue: Job[]): void {
    queue.push(job);
    this.dispatch();
  }

  private addSeat(): void {
    this.seats.push({
      worker: undefined,
      job: undefined,
      timer: undefined,
      model: undefined,
      failures: 0,
    });
  }

  private dispatch(): void {
    for (const seat of [...this.seats]) {
      if (seat.job === undefined) this.giveWork(seat);
    }
    if (this.seats.length > 0) return;
    const jobs = [this.urgent, this.pictures, this.waiting].flatMap((queue) => queue.splice(0));
    for (const { settle } of jobs) settle({ type: "noModel" }, undefined);
  }

  private giveWork(seat: Seat): void {
    if (this.model !== undefined && seat.model !== this.model) {
      // Only for a picture the model need not be open.
      this.run(seat, this.pictures.shift() ?? this.reopening(this.model));
      return;
    }
    const job = this.nextJob();
    if (job !== undefined) this.run(seat, job);
  }

  private nextJob(): Job | undefined {
    if (this.urgent.length > 0 || this.firstOpening) return this.urgent.shift();
    // Whoever opens the page wants the first findings before the first picture.
    const queues = [this.pictures, this.waiting];
    const queue = (this.screened ? queues : queues.reverse()).find(({ length }) => length > 0);
    this.screened ||= queue === this.waiting;
    return queue?.shift();
  }

  private reopening(model: Model): Job {
    return {
      request: () => ({
        type: "open",
        program: this.programs[model.program]!,
        model: model.source,
      }),
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
    seat.worker.postMessage(job.request());
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
    this.finish(seat, reply);
  }

  private finish(seat: Seat, reply: Reply): void {
    clearTimeout(seat.timer);
    const { job } = seat;
    seat.job = undefined;
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

// A film that was not screened, and why.
export function noScreening(file: string, message: string, opened?: OpenedModel): Screened {
  const screening: Screening = {
    file,
    status: "error",
    message,
    refusal: null,
    shown_anyway: false,
    findings: [],
    novelty: null,
    evidence: null,
    image: null,
    model: { name: opened?.model.name ?? "", sha256: opened?.model.sha256 ?? "" },
    version,
    milliseconds: { decode: 0, prepare: 0, infer: 0, evidence: 0 },
  };
  return { screening, evidence: [], lungField: null };
}
