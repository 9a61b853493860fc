// What the page and its worker say to each other: one request at a time, one reply each.

import type { OpenedModel, Screening } from "./thoraxlite";

export type Request =
  | { type: "open"; model: Blob | null } // null is the built-in model
  | { type: "screen"; name: string; file: Blob };

export type Reply =
  | { type: "opened"; opened: OpenedModel }
  | { type: "refused"; message: string } // the model file; the one before stays open
  | { type: "screened"; screening: Screening }
  | { type: "noModel" } // none was opened, so nothing can be screened
  | { type: "unreadable"; message: string } // the browser could not give the file's bytes
  | { type: "crashed"; message: string }; // the worker must not be used again
