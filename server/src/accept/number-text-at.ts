const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const LITERAL = /[-+.\w]+/y;

/**
 * The text of the number at a JSON pointer: `JSON.parse` rounds 12345678901234567890. The text must be
 * valid JSON with a number there. Of repeated names the last counts, as for `JSON.parse`.
 */
export function numberTextAt(text: string, tokens: readonly string[]): string | undefined {
  let at = 0;
  let found: string | undefined;
  readValue(0);
  return found;

  function take(pattern: RegExp): string {
    pattern.lastIndex = at;
    const [taken = ''] = pattern.exec(text) ?? [];
    at += taken.length;
    return taken;
  }

  /** Reads a value; `depth` tokens lead to it, or -1: it is not on the way. */
  function readValue(depth: number): void {
    take(SPACE);
    const start = at;
    const [first] = text.slice(at, at + 1);
    if (first === '"') take(STRING);
    else if (first === '{') readMembers(depth, '}');
    else if (first === '[') readMembers(depth, ']');
    else take(LITERAL);
    if (depth === tokens.length) found = text.slice(start, at);
    take(SPACE);
  }

  function readMembers(depth: number, close: '}' | ']'): void {
    at++;
    take(SPACE);
    for (let place = 0; at < text.length && text[at] !== close; place++) {
      let name = String(place);
      if (close === '}') {
        name = JSON.parse(take(STRING)) as string;
        take(SPACE);
        at++; // the colon
      }
      readValue(depth >= 0 && name === tokens[depth] ? depth + 1 : -1);
      if (text[at] === ',') at++;
      take(SPACE);
    }
    at++;
  }
}
