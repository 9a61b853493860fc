// The films that wait for a worker, in the order in which they were given, but for one that somebody
// looks at: how far they are, how long the rest will take, a halt and an end.

export interface Task {
  readonly film: number; // its id
  start(urgent: boolean): Promise<void>;
  cancel(): void;
}

export class Queue {
  // Of the run: from the first film that was given to an empty queue until it is empty again.
  done = 0;
  total = 0;
  paused = false;

  private readonly waiting: Task[] = [];
  private running = 0;
  private workingSince: number | null = null; // null while nothing runs
  private worked = 0; // milliseconds of the run before workingSince

  // atOnce: how many films are given to the workers at a time. changed: called after every change, and
  // told whether somebody did something or a film came to its end.
  constructor(
    private readonly atOnce: number,
    private readonly changed: (what: "deed" | "result") => void,
  ) {}

  get busy(): boolean {
    return this.running > 0 || this.waiting.length > 0;
  }

  // Milliseconds until the run ends at the pace that it has had so far; null where nothing is known.
  get remaining(): number | null {
    if (this.done === 0) return null;
    return (this.workedSoFar() / this.done) * (this.total - this.done);
  }

  add(tasks: readonly Task[]): void {
    if (!this.busy) this.done = this.total = this.worked = 0;
    this.total += tasks.length;
    for (const task of tasks) this.waiting.push(task);
    this.fill();
    this.changed("deed");
  }

  pause(): void {
    this.paused = true;
    this.changed("deed");
  }

  resume(): void {
    this.paused = false;
    this.fill();
    this.changed("deed");
  }

  // Somebody looks at the film: it does not wait for the others.
  first(film: number): void {
    if (this.paused) return;
    const at = this.waiting.findIndex((task) => task.film === film);
    if (at < 0) return;
    const [task] = this.waiting.splice(at, 1);
    this.start(task!, true);
    this.changed("deed");
  }

  // Films that will not be scored after all; they are told.
  drop(films: ReadonlySet<number>): void {
    const dropped = this.waiting.filter(({ film }) => films.has(film));
    this.waiting.splice(0, Infinity, ...this.waiting.filter(({ film }) => !films.has(film)));
    this.total -= dropped.length;
    for (const task of dropped) task.cancel();
    this.changed("deed");
  }

  // Films that are being read are finished; the others are told that they will not be.
  cancel(): void {
    const rest = this.waiting.splice(0);
    this.total -= rest.length;
    this.paused = false;
    for (const { cancel } of rest) cancel();
    this.changed("deed");
  }

  private fill(): void {
    while (!this.paused && this.running < this.atOnce && this.waiting.length > 0) {
      this.start(this.waiting.shift()!, false);
    }
  }

  private start(task: Task, urgent: boolean): void {
    ++this.running;
    this.workingSince ??= performance.now();
    void task.start(urgent).finally(() => this.finished());
  }

  private finished(): void {
    --this.running;
    ++this.done;
    if (this.running === 0) {
      this.worked = this.workedSoFar();
      this.workingSince = null;
    }
    this.fill();
    this.changed("result");
  }

  private workedSoFar(): number {
    return this.worked + (this.workingSince === null ? 0 : performance.now() - this.workingSince);
  }
}
