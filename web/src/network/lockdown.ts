// Ways out of a page that no content security policy closes, closed before any other script runs.
// web/README.md says what remains.

// WebRTC sends packets of its own. Nothing here needs it.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"])
  Reflect.deleteProperty(window, name);

// A new window would have no policy.
Reflect.deleteProperty(window, "open");

interface NavigateEvent extends Event {
  readonly navigationType: "push" | "replace" | "reload" | "traverse";
  readonly hashChange: boolean;
  readonly downloadRequest: string | null;
  readonly destination: { readonly url: string };
}

// Whatever leads elsewhere could carry something in the address: a location, a link, a form, a
// refresh. A person's own typing and going back does not come this way.
const { navigation } = window as unknown as { navigation?: EventTarget };
navigation?.addEventListener("navigate", (event) => {
  const { navigationType, hashChange, downloadRequest, destination } = event as NavigateEvent;
  const saving = downloadRequest !== null && destination.url.startsWith("blob:");
  if (navigationType === "reload" || hashChange || saving) return;
  event.preventDefault();
});

export {};
