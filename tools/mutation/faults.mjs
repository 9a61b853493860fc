// Small faults that can be planted in a source, one at a time. They are found by the looks of the code,
// which a formatter has seen to, so that one list serves TypeScript and C++.

const words = /\b(?:return|const|let|var|throw|else|import|export|using|case|default|new|delete)\b/;
const swapped = {
  operator: {
    ...{ "&&": "||", "||": "&&", "===": "!==", "!==": "===", "==": "!=", "!=": "==" },
    ...{ "+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "+=": "-=", "-=": "+=" },
    ...{ "<<": ">>", ">>": "<<", "&": "|", "|": "&" },
  },
  boundary: { "<": "<=", "<=": "<", ">": ">=", ">=": ">" },
};

// A fault is a stretch of the source and what stands there instead: { kind, start, end, text }.
export function faultsOf(source, isCpp) {
  const code = masked(source, isCpp);
  return [
    ...operators(code),
    ...constants(code),
    ...statements(code),
    ...(isCpp ? cppReturns(code) : tsReturns(code)),
  ];
}

// The code with its comments blanked and its texts hidden; nothing moves.
function masked(source, isCpp) {
  const hidden = isCpp
    ? /\/\/[^\n]*|\/\*[^]*?\*\/|R"(\w*)\([^]*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)'(?:\\.|[^'\\\n])+'|^#[^\n]*(?:\\\n[^\n]*)*/gm
    : /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[(,=:?!&|] ?|return )\/(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n[])+\/\w*|^(?:import|export type) [^;]*;/gm;
  return source.replace(hidden, (text) =>
    text.replace(/[^\n]/g, /^(?:\/[/*]|#|import|export)/.test(text) ? " " : "_"),
  );
}

const fault = (kind, start, end, text) => ({ kind, start, end, text });

function operators(code) {
  // At the start of a line there is the end of an element instead.
  const binary = /(?<=\S )(?:[=!]==?|[<>]=?|<<|>>|&&|\|\||[+-]=|[-+*/%&|])(?=\s)/g;
  const found = [...code.matchAll(binary)].flatMap(({ 0: operator, index }) => {
    // Between names alone these may be types.
    const around = [code[index - 2], code[index + operator.length + 1]].join("");
    if ((operator === "&" || operator === "|") && !/[)(\d]/.test(around)) return [];
    return Object.entries(swapped).flatMap(([kind, table]) =>
      operator in table ? [fault(kind, index, index + operator.length, table[operator])] : [],
    );
  });
  const negations = [...code.matchAll(/(?<=[\s(])!(?=[\w(])/g)];
  return [...found, ...negations.map(({ index }) => fault("operator", index, index + 1, ""))];
}

// Whole numbers one more and one less, fractions a tenth more.
function constants(code) {
  const numbers = code.matchAll(
    /(?<![\w.#])(0x[\da-f]+|\d[\d_']*(?:\.\d+)?(?:e[+-]?\d+)?)(?=[uUlLfF]*\b)/gi,
  );
  const found = [...numbers].flatMap(({ 1: text, index }) => {
    const number = Number(text.replaceAll(/[_']/g, ""));
    const others = /^(?!0x).*[.e]/i.test(text)
      ? [number === 0 ? "0.1" : String(number * 1.1)]
      : [String(number + 1), ...(number > 0 ? [String(number - 1)] : [])];
    return others.map((other) => fault("constant", index, index + text.length, other));
  });
  const truths = [...code.matchAll(/\b(?:true|false)\b/g)];
  return [
    ...found,
    ...truths.map(({ 0: text, index }) =>
      fault("constant", index, index + text.length, text === "true" ? "false" : "true"),
    ),
  ];
}

// Statements of one line that do something, guards among them.
function statements(code) {
  const found = [];
  let before = "{";
  let index = 0;
  for (const line of code.split("\n")) {
    const statement = line.trim();
    const doesSomething = /^if \(.*\) [^{]+;$/.test(statement) || isDeed(statement);
    if (doesSomething && /[;{})]$|else$/.test(before) && isBalanced(statement)) {
      const start = index + line.indexOf(statement);
      found.push(fault("statement", start, start + statement.length, ";"));
    }
    if (statement !== "") before = statement;
    index += line.length + 1;
  }
  return found;
}

// Two words before an equals sign declare something.
const isDeed = (statement) =>
  /^[\w$.!?*&>()[\]{}<-]*(?:\(.*\)| (?:[-+*/%&|^]|<<|>>|\?\?|&&|\|\|)?= .*|\+\+|--);$|^(?:\+\+|--).*;$/.test(
    statement,
  ) && !words.test(statement.split(" ")[0]);

function isBalanced(text) {
  const count = (pattern) => text.match(pattern)?.length ?? 0;
  return count(/[([{]/g) === count(/[)\]}]/g);
}

// Functions whose first brace ends a line.
function tsReturns(code) {
  const opened =
    /^(?: {2})?(?!.*\b(?:if|for|while|switch|catch|constructor)\b)(?:(?:export |async |private |static |get |set )*(?:function \w*)?\w*(?:<.*>)?\(.*|(?:const .*|.*\()?.*=>|\)(?:: .*)?) \{$/gm;
  return [...code.matchAll(opened)].map(({ 0: text, index }) =>
    fault("return", index + text.length, index + text.length, " return undefined as never;"),
  );
}

function cppReturns(code) {
  const opened =
    /^(?:(?![^;{}]*\b(?:namespace|struct|class|enum|if|for|while|switch)\b)\w[^;{}]*?\)[\w ]* )\{$/gms;
  return [...code.matchAll(opened)].map(({ 0: text, index }) =>
    fault(
      "return",
      index + text.length,
      index + text.length,
      /^(?:static |inline )*void /.test(text) ? " return;" : " return {};",
    ),
  );
}

// So many by kind in turn, each kind shuffled by the seed: whole statements, which are noticed easily,
// would be most of them otherwise.
export function* inTurn(faults, seed) {
  const random = randomNumbers(seed);
  const piles = Map.groupBy(faults, ({ kind }) => kind);
  for (const pile of piles.values())
    for (let i = pile.length - 1; i > 0; --i) {
      const j = random(i + 1);
      [pile[i], pile[j]] = [pile[j], pile[i]];
    }
  const kinds = [...piles.keys()].sort();
  for (let left = faults.length; left > 0;)
    for (const kind of kinds) {
      const next = piles.get(kind).pop();
      if (next === undefined) continue;
      --left;
      yield next;
    }
}

// mulberry32: small, and the same everywhere.
function randomNumbers(seed) {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}
