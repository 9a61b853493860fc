// The models that stand in weights/, each with its model card, for the page's picker.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { marked, type Token, type Tokens } from "marked";
import type { Plugin } from "vite";
import type { BuiltInModel, CardBlock, CardText } from "../src/card_blocks";
import { packedModel } from "./inputs.ts";

// What the others together may add to the page, gzipped and in base64. A larger model is left out and
// can still be opened as a file.
const mostBytes = 500_000;

// import models from "built-in:models" gives BuiltInModel[]: `first`, then the others of its folder
// by name. The card is Markdown beside the model, parsed here, so that the page needs no parser.
export function builtInModels(first: string): Plugin {
  return {
    name: "built-in-models",
    resolveId: (id) => (id === "built-in:models" ? `\0${id}` : null),
    load(id) {
      if (id !== "\0built-in:models") return null;
      const folder = resolve(first, "..");
      const others = readdirSync(folder)
        .filter((name) => name.endsWith(".safetensors"))
        .map((name) => resolve(folder, name))
        .filter((file) => file !== first)
        .sort();
      let room = mostBytes;
      const models: BuiltInModel[] = [];
      for (const file of [first, ...others]) {
        this.addWatchFile(file);
        const bytes = readFileSync(file);
        const packed = packedModel(bytes);
        if (file !== first && (room -= packed.length) < 0) continue;
        models.push({
          file: basename(file),
          sha256: createHash("sha256").update(bytes).digest("hex"),
          packed,
          card: readCard(file.replace(/\.safetensors$/, ".md")),
        });
      }
      return `export default ${JSON.stringify(models)};`;
    },
  };
}

function readCard(file: string): CardBlock[] {
  return existsSync(file) ? marked.lexer(readFileSync(file, "utf8")).flatMap(block) : [];
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
