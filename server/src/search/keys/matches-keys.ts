import { pointerTokens } from '../../accept/pointer-tokens.ts';
import { scalarAt } from '../../accept/scalar-at.ts';
import type { KeyTerm } from '../../query/key-terms.ts';

interface KeyedEvent {
  readonly body: string;
  readonly key_headers: string | null;
}

/** Whether an event has what the terms ask for: what was found by a hash may have another value. */
export function matchesKeys({ body, key_headers }: KeyedEvent, terms: readonly KeyTerm[]): boolean {
  let root: unknown;
  if (terms.some(({ field }) => field === 'json')) {
    try {
      root = JSON.parse(body);
    } catch {
      // The payload of a direct invocation may be any text.
    }
  }
  const headers = (key_headers === null ? {} : JSON.parse(key_headers)) as Record<string, string>;
  return terms.every((term) => {
    const value =
      term.field === 'json'
        ? scalarAt(root, pointerTokens(term.pointer), body)
        : Object.hasOwn(headers, term.name)
          ? headers[term.name]
          : undefined;
    return (value !== undefined && term.values.includes(value)) !== (term.not === true);
  });
}
