// Comma-separated values as RFC 4180 has them, for people who open them in a spreadsheet. Pure.

export type Cell = string | number | boolean;

// A spreadsheet takes text that begins so for a formula, and may run it; a quote before it keeps it
// text (OWASP, "CSV Injection").
const formula = /^[=+\-@\t\r]/;

export function toCsv(rows: readonly (readonly Cell[])[]): string {
  // The mark before the first cell is how Excel knows that it is UTF-8.
  return "\uFEFF" + rows.map((row) => row.map(toCell).join(",") + "\r\n").join("");
}

function toCell(cell: Cell): string {
  if (typeof cell !== "string") return String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
