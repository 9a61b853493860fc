// The page's two shapes, each under its content security policy: static files, and one file with
// everything inside.

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Plugin } from "vite";
import { withoutBlock } from "./packed.ts";

// web/README.md says what each line is for.
function policy(scripts: string, styles: string, ofSite = false): string {
  return [
    "default-src 'none'",
    `script-src ${scripts} 'wasm-unsafe-eval'`,
    `style-src ${styles}`,
    ofSite ? "worker-src 'self' blob:" : "worker-src blob:",
    ...(ofSite ? ["manifest-src 'self'"] : []),
    "img-src blob: data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types thoraxlite${ofSite ? " thoraxlite-site" : ""}`,
  ].join("; ");
}

export const policyOfSite = (first: string) =>
  policy(`'self' ${hash(inline(first))}`, "'self'", true);

function withPolicy(html: string, content: string): string {
  const charset = '<meta charset="utf-8" />';
  return replaceOnce(
    html,
    charset,
    `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${content}" />`,
  );
}

// first: the script that is to run before all else (worker_source.ts).
export function sitePolicy(first: string): Plugin {
  return {
    name: "site-policy",
    apply: "build",
    transformIndexHtml: (html) => {
      const before = html.replace(
        "<title>",
        () => `<script>${inline(first)}</script>\n    <title>`,
      );
      return withPolicy(before, policyOfSite(first));
    },
  };
}

// Writes the finished page again as one file, without the blocks for which it has no room.
export function singleFile(file: string, siteOnly: readonly string[], first: string): Plugin {
  return {
    name: "single-file",
    apply: "build",
    enforce: "post",
    writeBundle(_, bundle) {
      let html = "";
      let script = "";
      let style = "";
      for (const item of Object.values(bundle)) {
        if (item.type === "chunk") script += item.code;
        else if (item.fileName.endsWith(".css")) style += text(item.source);
        else if (item.fileName === "index.html") html = text(item.source);
      }
      script = inline(script);
      style = ascii(style, (hex) => `\\${hex} `);

      html = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>\s*/, "");
      html = html.replace(/<link rel="manifest"[^>]*>\s*/, "");
      html = html.replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`);
      html = siteOnly.reduce(withoutBlock, html);
      const scriptElement = /<script type="module"[^>]*><\/script>/;
      html = html.replace(scriptElement, () => `<script type="module">${script}</script>`);
      html = withPolicy(html, policy(`${hash(inline(first))} ${hash(script)}`, hash(style)));

      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, html);
    },
  };
}

// A script as it stands in the HTML, where it ends at the first "</script", wherever that is.
function inline(script: string): string {
  const escaped = ascii(script, (hex) =>
    hex.startsWith("00") ? `\\x${hex.slice(2)}` : `\\u${hex}`,
  );
  return escaped.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

// One letter beyond Latin-1 makes the browser hold and read the whole page in two bytes a letter, which
// takes it tens of milliseconds. Such letters stand in strings only.
function ascii(text: string, escaped: (hex: string) => string): string {
  return text.replace(/[^\0-\x7f]/g, (letter) =>
    escaped(letter.charCodeAt(0).toString(16).padStart(4, "0")),
  );
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function text(source: string | Uint8Array): string {
  return typeof source === "string" ? source : Buffer.from(source).toString("utf8");
}

export function replaceOnce(html: string, what: string, by: string): string {
  if (html.split(what).length !== 2) throw new Error(`there is no single ${what}`);
  return html.replace(what, () => by);
}
