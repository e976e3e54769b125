/** A word, a quoted text, a field or a value, as it stands in the text of a query. */
export interface Piece {
  /** Where it begins, with its quotes. */
  readonly start: number;
  /** Where it has ended. */
  readonly end: number;
  /** Without quotes and escapes. */
  readonly text: string;
  /** Whether it is in quotes. */
  readonly quoted: boolean;
  /** What is wrong with it. */
  readonly fault?: string | undefined;
}

/** A term as it stands in the text: nothing is known of fields yet. */
export interface Scanned {
  /** Where it begins, with its minus. */
  readonly start: number;
  /** Whether it begins with a minus. */
  readonly not: boolean;
  /** What stands before its colon, if it has one. */
  readonly name: Piece | undefined;
  /** At least one; a missing one is empty. */
  readonly values: readonly Piece[];
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const isSpace = (character: string | undefined) => character === undefined || !character.trim();

/**
 * Splits a text into terms. It reads each character once and refuses nothing: the parser reports
 * the faults, and completion works with a text that is not finished.
 */
export function scan(text: string): Scanned[] {
  let at = 0;

  function quoted(): Piece {
    const start = at++;
    let value = '';
    let fault: string | undefined;
    while (at < text.length && text[at] !== '"') {
      if (text[at] !== '\\') {
        value += text[at++];
        continue;
      }
      const code = /^u([\da-f]{4})/i.exec(text.slice(at + 1, at + 6))?.[1];
      const letter = text[at + 1] ?? '';
      const character = code ? String.fromCharCode(Number.parseInt(code, 16)) : ESCAPES[letter];
      if (letter && character === undefined)
        fault ??= `unknown escape "\\${letter}"; a backslash is "\\\\"`;
      value += character ?? '';
      at += code ? 6 : 2;
    }
    if (at >= text.length) fault ??= 'a closing quote is missing';
    at = Math.min(at + 1, text.length);
    return { start, end: at, text: value, quoted: true, fault };
  }

  function bare(stop: string): Piece {
    const start = at;
    while (!isSpace(text[at]) && !stop.includes(text[at] as string)) at++;
    return { start, end: at, text: text.slice(start, at), quoted: false };
  }

  /** A piece and what may follow it. */
  function piece(stop: string): Piece {
    const read = text[at] === '"' ? quoted() : bare(stop);
    if (isSpace(text[at]) || (stop.includes(text[at] as string) && text[at] !== '"')) return read;
    const fault = read.quoted
      ? 'a space, a comma or a colon must follow a closing quote'
      : 'a quote in a word: put all of it in quotes, and "\\" before the inner quote';
    return { ...read, fault: read.fault ?? fault };
  }

  const terms: Scanned[] = [];
  for (;;) {
    while (at < text.length && isSpace(text[at])) at++;
    if (at >= text.length) return terms;
    const start = at;
    const not = text[at] === '-';
    if (not) at++;
    let value = piece(':,"');
    const name = text[at] === ':' ? value : undefined;
    const values: Piece[] = [];
    if (name) {
      at++;
      value = piece(',"');
    }
    values.push(value);
    while (text[at] === ',') {
      at++;
      values.push(piece(',"'));
    }
    terms.push({ start, not, name, values });
  }
}
