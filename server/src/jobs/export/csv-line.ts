/** What begins a formula in a spreadsheet, also in its wide forms. */
const FORMULA = new Set('=+-@＝＋－＠');

/** Where a spreadsheet that splits at something else than commas begins a new cell. */
const SEPARATORS = new Set(';\t\r\n');

/** What may stand before the formula in a cell. */
const SKIPPED = new Set(' "\u00a0\ufeff');

/** A row of CSV as RFC 4180 has it, with its line end. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = withoutFormulas(typeof value === 'string' ? value : JSON.stringify(value));
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Puts an apostrophe before what a spreadsheet would run as a formula: `=`, `+`, `-` and `@` at the
 * beginning of a text, and also after a line break, a tab or a semicolon, where a spreadsheet that does not
 * split at commas begins a cell.
 */
function withoutFormulas(text: string): string {
  // Most texts have none of these.
  if (!/[=+\-@＝＋－＠]/.test(text)) return text;
  let result = '';
  let from = 0;
  let begins = true;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (SEPARATORS.has(character)) {
      begins = true;
    } else if (begins && !SKIPPED.has(character)) {
      if (FORMULA.has(character)) {
        result += `${text.slice(from, at)}'`;
        from = at;
      }
      begins = false;
    }
  }
  return result + text.slice(from);
}
