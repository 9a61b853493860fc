// Character-separated values as RFC 4180 has them, for people who open them in a spreadsheet. Pure.

export type Cell = string | number | boolean;

// What spreadsheets take for columns and numbers depends on their language. The names are words' keys.
export const csvStyles = [
  { name: "csvComma", separator: ",", decimal: "." },
  { name: "csvSemicolon", separator: ";", decimal: "," },
  { name: "csvTab", separator: "\t", decimal: "." },
] as const;

export type CsvStyle = (typeof csvStyles)[number]["name"];

// A spreadsheet takes text that begins so for a formula, and may run it; a quote before it keeps it
// text (OWASP, "CSV Injection").
const formula = /^[=+\-@\t\r]/;

export function toCsv(rows: readonly (readonly Cell[])[], style: CsvStyle): string {
  const { separator, decimal } = csvStyles.find(({ name }) => name === style)!;
  const toCell = (cell: Cell) => {
    if (typeof cell === "number") return String(cell).replace(".", decimal);
    if (typeof cell === "boolean") return String(cell);
    const safe = formula.test(cell) ? `'${cell}` : cell;
    return /["\r\n]/.test(safe) || safe.includes(separator)
      ? `"${safe.replaceAll('"', '""')}"`
      : safe;
  };
  // The mark before the first cell is how Excel knows that it is UTF-8.
  return "\uFEFF" + rows.map((row) => row.map(toCell).join(separator) + "\r\n").join("");
}
