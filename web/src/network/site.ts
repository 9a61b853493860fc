// The page as a site: kept on the computer by a service worker, and told of a newer version. The single
// file has none of this.

export class Site {
  newer: ServiceWorker | null = null; // a version that waits for the reader's word
  newerVersion = ""; // which; empty until it has said so

  constructor(private readonly changed: () => void) {
    const isSite = document.querySelector("link[rel=manifest]") !== null;
    // Browsers have it only where nobody on the way could have changed the page.
    if (isSite && "serviceWorker" in navigator) void this.register();
  }

  // The newer version takes over, and this page is loaded from it.
  takeNewer(): void {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    this.newer?.postMessage("take over");
  }

  private async register(): Promise<void> {
    // It ignores what it is given, so that it can name nothing but our own. The single file's policy
    // does not know its name.
    const policy = window.trustedTypes?.createPolicy("thoraxlite-site", {
      createScriptURL: (_: string) => "service-worker.js",
    });
    try {
      const url = (policy?.createScriptURL("") ?? "service-worker.js") as string;
      const registration = await navigator.serviceWorker.register(url, { updateViaCache: "none" });
      this.look(registration.waiting);
      registration.addEventListener("updatefound", () => {
        const { installing } = registration;
        installing?.addEventListener("statechange", () => this.look(registration.waiting));
      });
    } catch {
      // Without it the site works as long as its server does.
    }
  }

  // The very first version waits for nobody.
  private look(waiting: ServiceWorker | null): void {
    if (navigator.serviceWorker.controller === null) return;
    this.newer = waiting;
    this.newerVersion = "";
    this.changed();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<string>) => {
      if (this.newer !== waiting) return;
      this.newerVersion = data;
      this.changed();
    };
    waiting?.postMessage("version", [port2]);
  }
}
