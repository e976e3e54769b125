/** A piece of JSON text for display. */
export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'mark' | 'space';
  /** Exactly as it stands in the text, but for `space`. */
  readonly text: string;
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]+/y;
const INDENT = '  ';
/** Deeper text is hostile, and indentation would multiply its length. */
const MAX_DEPTH = 200;

/**
 * Cuts JSON text into tokens and lays them out in lines. It never parses a value: keys keep their
 * order, also repeated ones, and numbers all their digits. Undefined when the text is not JSON, or
 * only the beginning of it.
 */
export function readJsonTokens(text: string): readonly JsonToken[] | undefined {
  const tokens: JsonToken[] = [];
  const open: string[] = [];
  let at = 0;
  /** What may come: a value, a key, a value or the end of the container, and so on. */
  let expects: 'value' | 'first' | 'key' | 'colon' | 'next' = 'value';

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const push = (kind: JsonToken['kind'], content: string) => tokens.push({ kind, text: content });
  const line = () => push('space', `\n${INDENT.repeat(open.length)}`);
  const close = (mark: string, empty: boolean) => {
    open.pop();
    if (!empty) line();
    push('mark', mark);
    at++;
    expects = 'next';
  };

  for (;;) {
    take(SPACE);
    const next = text[at];
    if (next === undefined) return open.length === 0 && expects === 'next' ? tokens : undefined;
    const container = open.at(-1);
    if (expects === 'next') {
      if (next === ',' && container !== undefined) {
        push('mark', ',');
        at++;
        line();
        expects = container === '{' ? 'key' : 'value';
      } else if (next === (container === '{' ? '}' : ']') && container !== undefined) {
        close(next, false);
      } else return undefined;
      continue;
    }
    if (expects === 'colon') {
      if (next !== ':') return undefined;
      push('mark', ':');
      push('space', ' ');
      at++;
      expects = 'value';
      continue;
    }
    if (expects === 'first') {
      if (next === (container === '{' ? '}' : ']')) {
        close(next, true);
        continue;
      }
      line();
      expects = container === '{' ? 'key' : 'value';
    }
    if (expects === 'key') {
      const key = take(STRING);
      if (key === undefined) return undefined;
      push('key', key);
      expects = 'colon';
      continue;
    }
    if (next === '{' || next === '[') {
      if (open.length === MAX_DEPTH) return undefined;
      push('mark', next);
      open.push(next);
      at++;
      expects = 'first';
      continue;
    }
    const string = take(STRING);
    const number = string === undefined ? take(NUMBER) : undefined;
    const word = string === undefined && number === undefined ? take(WORD) : undefined;
    if (string !== undefined) push('string', string);
    else if (number !== undefined) push('number', number);
    else if (word !== undefined) push('word', word);
    else return undefined;
    expects = 'next';
  }
}
