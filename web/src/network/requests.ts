// What this page asked the network for, and what its policy forbade, as the browser counts it.

export class Requests {
  asked: readonly string[] = []; // addresses
  forbidden = 0;

  constructor(changed: () => void) {
    const observer = new PerformanceObserver((list) => {
      const addresses = list.getEntries().map(({ name }) => name);
      // These lie in the page's own memory.
      this.asked = [...this.asked, ...addresses.filter((name) => !/^(blob|data):/.test(name))];
      changed();
    });
    observer.observe({ type: "resource", buffered: true });
    document.addEventListener("securitypolicyviolation", () => {
      ++this.forbidden;
      changed();
    });
  }
}
