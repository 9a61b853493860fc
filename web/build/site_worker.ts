// What makes a site out of the page: a manifest, so that it can be installed, and a service worker that
// knows every file of the build.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { build } from "rolldown";
import type { Plugin } from "vite";
import { noteModules } from "./licences.ts";
import { replaceOnce } from "./shapes.ts";

// The icon stands in the manifest itself: the page's policy lets nobody fetch a picture.
const manifest = (icon: string) => ({
  name: "ThoraxLite",
  short_name: "ThoraxLite",
  description: "Scores chest X-rays inside the browser. Research software, not a medical device.",
  start_url: "./",
  scope: "./",
  display: "standalone",
  background_color: "#f3f5f7",
  theme_color: "#0d4f66",
  icons: [
    {
      src: `data:image/svg+xml;base64,${readFileSync(icon).toString("base64")}`,
      sizes: "any",
      type: "image/svg+xml",
      purpose: "any maskable",
    },
  ],
});

// policy: the page's, for the worker to send as a header too.
export function siteWorker(
  files: { worker: string; icon: string },
  page: { policy: string; version: string },
): Plugin {
  let script = ""; // but for what it knows of the site
  return {
    name: "site-worker",
    apply: "build",
    enforce: "post",
    transformIndexHtml: () => [
      { tag: "link", attrs: { rel: "manifest", href: "./manifest.webmanifest" }, injectTo: "head" },
    ],
    async buildStart() {
      const { output } = await build({
        input: files.worker,
        write: false,
        platform: "browser",
        tsconfig: false,
        transform: {
          define: {
            __POLICY__: JSON.stringify(page.policy),
            __VERSION__: JSON.stringify(page.version),
            "process.env.NODE_ENV": '"production"',
          },
        },
        output: { format: "iife", minify: true },
      });
      noteModules(output[0]);
      script = output[0].code;
    },
    generateBundle(_, bundle) {
      const emit = (fileName: string, source: string | Uint8Array) => {
        this.emitFile({ type: "asset", fileName, source });
        return { url: fileName, revision: revisionOf(source) };
      };
      const parts = Object.values(bundle).map((item) => ({
        url: item.fileName,
        revision: revisionOf(item.type === "chunk" ? item.code : item.source),
      }));
      parts.push(emit("manifest.webmanifest", JSON.stringify(manifest(files.icon))));
      emit("service-worker.js", replaceOnce(script, "__FILES__", JSON.stringify(parts)));
    },
  };
}

function revisionOf(source: string | Uint8Array): string {
  return createHash("sha256").update(source).digest("hex").slice(0, 16);
}
