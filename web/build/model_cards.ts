// The models that stand in weights/, each with its model card, for the page's picker.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { marked, type Token, type Tokens } from "marked";
import type { Plugin } from "vite";
import {
  type CardBlock,
  type Cards,
  type CardText,
  kCards,
  type Refusals,
  type ReleasedModel,
} from "../src/models/card_blocks.ts";
import { type Block, packedBytes, packedModel } from "./packed.ts";

// What the others together may add to the site, packed; the single file has room for
// the first alone. A model that is left out can still be opened as a file.
const mostBytes = 1_000_000;

// Weights by a paper's protocol are for those who study it, and no clinician's choice
// (weights/covid-paper.md: nearly every adult film is called covid).
const byPaper = /-paper\./;

interface FoundModel {
  model: ReleasedModel;
  card: CardBlock[];
  packed: string | null; // null where the page is not to hold it
}

// `first`, then the others of its folder by name. The card is Markdown beside the model, parsed here,
// so that the page needs no parser.
export function findModels(first: string): FoundModel[] {
  const folder = resolve(first, "..");
  const others = readdirSync(folder)
    .filter((name) => name.endsWith(".safetensors"))
    .map((name) => resolve(folder, name))
    .filter((file) => file !== first && isModel(file))
    .sort();
  let room = mostBytes;
  return [first, ...others].map((file) => {
    const bytes = readFileSync(file);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const stem = file.replace(/\.safetensors$/, "");
    const card = readCard(`${stem}.md`);
    const model = {
      file: basename(file),
      sha256,
      notFor: {
        en: notFor(card, "What it is not for", basename(file)),
        de: notFor(card, "Wofür es nicht da ist", basename(file)),
      },
      refusals: readRefusals(`${stem}-novelty.json`, sha256),
      evidence: "lungs" in cardInside(bytes) ? readEvidence(`${stem}.json`, sha256) : null,
    };
    const packed = packedModel(bytes);
    const isFirst = file === first;
    const fits = isFirst || (!byPaper.test(file) && packed.length <= room);
    if (fits && !isFirst) room -= packed.length;
    return { model, card, packed: fits ? packed : null };
  });
}

// What a file of safetensors says of itself.
function metadataOf(bytes: Buffer): { format: string; card: string } {
  const size = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + size).toString()) as Record<string, unknown>;
  return header.__metadata__ as { format: string; card: string };
}

// weights/lungs.safetensors is a lung network alone, which goes into models.
const isModel = (file: string) => metadataOf(readFileSync(file)).format === "thoraxlite.student.v1";

const cardInside = (bytes: Buffer) => JSON.parse(metadataOf(bytes).card) as Record<string, unknown>;

// Each ReleasedModel as JSON in an element of its own, in order (src/models/built_in_models.ts). So what a
// model is not for is said of its file too, wherever that comes from.
export function releasedModels(found: readonly FoundModel[]): Plugin {
  return {
    name: "released-models",
    transformIndexHtml: () =>
      found.map(({ model }) => ({
        tag: "script",
        attrs: { type: "application/json", class: "released-model" },
        children: JSON.stringify(model).replaceAll("<", "\\u003c"),
        injectTo: "body" as const,
      })),
  };
}

// Every whole card, which few readers open.
export function cardsBlock(found: readonly FoundModel[]): Block {
  const cards: Cards = Object.fromEntries(found.map(({ model, card }) => [model.file, card]));
  return { name: kCards, text: () => packedBytes(Buffer.from(JSON.stringify(cards))) };
}

// The blocks under a heading that every card has, without it.
function notFor(card: readonly CardBlock[], title: string, file: string): readonly CardBlock[] {
  const start = card.findIndex((one) => one.type === "heading" && one.text.join("") === title);
  if (start < 0) {
    if (card.length > 0) throw new Error(`the model card of ${file} has no heading "${title}"`);
    return [];
  }
  const rest = card.slice(start + 1);
  const end = rest.findIndex(({ type }) => type === "heading");
  return end < 0 ? rest : rest.slice(0, end);
}

function readCard(file: string): CardBlock[] {
  return existsSync(file) ? marked.lexer(readFileSync(file, "utf8")).flatMap(block) : [];
}

interface Novelty {
  sha256: string;
  rows: { kind: string; images: number; refused: number; auroc?: number }[];
  roc: [number, number][];
}

// What `cxr-distill novelty` counted, where that was with this model.
function readRefusals(file: string, sha256: string): Refusals | null {
  if (!existsSync(file)) return null;
  const novelty = JSON.parse(readFileSync(file, "utf8")) as Novelty;
  if (novelty.sha256 !== sha256) return null;
  const row = (wanted: string) => {
    const found = novelty.rows.find(({ kind }) => kind === wanted);
    if (found === undefined) throw new Error(`${file} has no row "${wanted}"`);
    return found;
  };
  const counts = ({ images, refused }: { images: number; refused: number }) => ({
    images,
    refused,
  });
  return {
    films: counts(row("all test films")),
    others: counts(row("all others")),
    areaUnderRoc: row("all others").auroc!,
    roc: withoutStraights(novelty.roc),
  };
}

// What `cxr-distill evaluate` measured on test films of where evidence lies, where that was this model.
// Without a lung network it was measured by a shape that was fitted to the film, and is no longer said.
function readEvidence(file: string, sha256: string): unknown {
  if (!existsSync(file)) return null;
  const evaluated = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  return evaluated.sha256 === sha256 ? (evaluated.evidence_inside_lungs ?? null) : null;
}

// The same line without the points in the middle of its straight parts.
function withoutStraights(curve: readonly [number, number][]): [number, number][] {
  const kept: [number, number][] = [];
  let left: [number, number][] = []; // since the last that was kept
  curve.forEach((point, i) => {
    const before = kept.at(-1);
    const after = curve[i + 1];
    const isNear = ([x, y]: [number, number]) => {
      const [ax, ay] = [x - before![0], y - before![1]];
      const [bx, by] = [after![0] - before![0], after![1] - before![1]];
      return Math.abs(ax * by - ay * bx) < 1e-3 * Math.hypot(bx, by);
    };
    if (before !== undefined && after !== undefined && [...left, point].every(isNear)) {
      left.push(point);
      return;
    }
    kept.push(point);
    left = [];
  });
  return kept;
}

function block(token: Token): CardBlock[] {
  switch (token.type) {
    case "heading":
      return [
        { type: "heading", depth: (token as Tokens.Heading).depth, text: texts(token.tokens) },
      ];
    case "paragraph":
    case "text":
      return [{ type: "paragraph", text: texts(token.tokens ?? [token]) }];
    case "list":
      return [
        {
          type: "list",
          items: (token as Tokens.List).items.map((item) => item.tokens.flatMap(block)),
        },
      ];
    case "table": {
      const { header, rows } = token as Tokens.Table;
      const cells = (row: Tokens.TableCell[]) => row.map((cell) => texts(cell.tokens));
      return [{ type: "table", header: cells(header), rows: rows.map(cells) }];
    }
    case "code":
      return [{ type: "code", code: (token as Tokens.Code).text }];
    case "blockquote":
      return (token.tokens ?? []).flatMap(block);
    default:
      return []; // blank lines, rules; markup within the text is not shown
  }
}

// Links become their words: the page has no link.
function texts(tokens: Token[] = []): CardText[] {
  return tokens.flatMap((token): CardText[] => {
    switch (token.type) {
      case "strong":
        return [{ strong: plain(token) }];
      case "codespan":
        return [{ code: (token as Tokens.Codespan).text }];
      case "html":
        return [];
      default:
        return "tokens" in token && token.tokens !== undefined && token.tokens.length > 0
          ? texts(token.tokens)
          : [plain(token)];
    }
  });
}

function plain(token: Token): string {
  if ("tokens" in token && token.tokens !== undefined && token.tokens.length > 0)
    return token.tokens.map(plain).join("");
  return "text" in token ? (token.text as string).replaceAll("\n", " ") : "";
}
