// The page's end of the worker: a queue in front of it, and a new worker after a crash.

import workerSource from "source:worker";
import type { Reply, Request } from "./protocol";
import { t } from "./strings";
import type { OpenedModel, Screening } from "./thoraxlite";

type Job = { request: Request; settle: (reply: Reply) => void };

const workerUrl = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));

// The policy ignores what it is given, so that it can make a worker of nothing but ours.
const policy = window.trustedTypes?.createPolicy("thoraxlite", {
  createScriptURL: (_: string) => workerUrl,
});

function startWorker(): Worker {
  // TypeScript's Worker does not know Trusted Types; the browser takes the object as it is.
  const url = (policy?.createScriptURL("") ?? workerUrl) as string;
  return new Worker(url, { name: "thoraxlite" });
}

export class WorkerClient {
  private worker = startWorker();
  private readonly waiting: Job[] = [];
  private running: Job | undefined;
  private opened: OpenedModel | undefined;
  private openedFrom: Blob | null = null;
  private whyNotOpen = "";

  constructor() {
    this.listen();
  }

  async open(model: Blob | null): Promise<OpenedModel> {
    const reply = await this.ask({ type: "open", model });
    if (reply.type === "opened") {
      this.opened = reply.opened;
      this.openedFrom = model;
      return reply.opened;
    }
    const reason = "message" in reply ? reply.message : t("unexpectedReply");
    if (this.opened === undefined) this.whyNotOpen = reason;
    throw new Error(reason);
  }

  // Before the first model is open, screenings wait in the queue behind its opening.
  async screen(name: string, file: Blob): Promise<Screening> {
    const reply = await this.ask({ type: "screen", name, file });
    switch (reply.type) {
      case "screened":
        return reply.screening;
      case "unreadable":
        return this.failed(name, t("fileUnreadable", { reason: reply.message }));
      case "noModel":
        return this.failed(name, t("noModel", { reason: this.whyNotOpen }));
      case "crashed":
        return this.failed(name, t("crashed", { reason: reply.message }));
      default:
        return this.failed(name, t("unexpectedReply"));
    }
  }

  private failed(file: string, message: string): Screening {
    return {
      file,
      status: "error",
      message,
      refusal: null,
      shown_anyway: false,
      findings: [],
      novelty: null,
      evidence: null,
      image: null,
      model: {
        name: this.opened?.model.name ?? "",
        sha256: this.opened?.model.sha256 ?? "",
      },
      milliseconds: { decode: 0, prepare: 0, infer: 0 },
    };
  }

  private ask(request: Request): Promise<Reply> {
    return new Promise((settle) => {
      this.waiting.push({ request, settle });
      this.next();
    });
  }

  private next(): void {
    if (this.running !== undefined) return;
    this.running = this.waiting.shift();
    if (this.running !== undefined) this.worker.postMessage(this.running.request);
  }

  private listen(): void {
    const worker = this.worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      if (worker === this.worker) this.finish(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (worker === this.worker) this.finish({ type: "crashed", message: event.message });
    });
  }

  private finish(reply: Reply): void {
    const job = this.running;
    this.running = undefined;
    if (reply.type === "crashed") this.restart();
    job?.settle(reply);
    this.next();
  }

  private restart(): void {
    this.worker.terminate();
    this.worker = startWorker();
    this.listen();
    if (this.opened === undefined) return;
    this.waiting.unshift({
      request: { type: "open", model: this.openedFrom },
      settle: (reply) => {
        if (reply.type !== "opened") {
          this.opened = undefined;
          this.whyNotOpen = "message" in reply ? reply.message : "";
        }
      },
    });
  }
}
