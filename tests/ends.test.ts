import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/*
 * docs/delivery.md lists what ends an invocation without its endpoint. This finds what the list may
 * have missed: statements that can make an invocation final, and who runs them.
 */

const server = join(import.meta.dirname, '..', 'server', 'src');

/** The lines of the list, by the statements and the callers behind them. */
const STATEMENTS: Record<string, readonly string[]> = {
  // "its event is no longer kept" and "it was given up"
  'end-invocations.ts': [
    'deliver/claim/create-claim-lane.ts',
    'deliver/courier/create-read-body.ts',
  ],
  // "the webhook was deleted"
  'end-orphans.ts': ['deliver/claim/create-claim-lane.ts'],
  // "the breaker was open"
  'park-invocations.ts': ['gates/parking.ts'],
  // The outcome of an attempt.
  'record-outcomes.ts': ['deliver/outcome/recorder.ts'],
  // "its job took it back"
  'withdraw-copies.ts': ['jobs/replay/withdraw-items.ts'],
};

async function sources(): Promise<Map<string, string>> {
  const names = await readdir(server, { recursive: true });
  const found = names.filter(
    (name) => /(?<!\.test)\.ts$/.test(name) && !name.startsWith('testing'),
  );
  const texts = found.map(
    async (name): Promise<[string, string]> => [name, await readFile(join(server, name), 'utf8')],
  );
  return new Map(await Promise.all(texts));
}

test('only the statements behind docs/delivery.md end invocations, and only their callers run them', async () => {
  const all = await sources();
  const ends: Record<string, readonly string[]> = {};
  for (const [name, text] of all) {
    const isStatement = name.startsWith('sql/') && /\bupdate invocation\b/.test(text);
    // The value of due_at reaches to the next column of the list.
    if (!isStatement || !/\bdue_at = (?:null|case(?:(?!\w+ = case)[^,])*\bthen null)/.test(text))
      continue;
    const file = name.slice('sql/'.length);
    const statement = file
      .replace('.ts', '')
      .replaceAll(/-(.)/g, (_, one: string) => one.toUpperCase());
    const runs = new RegExp(`\\brun\\(\\s*${statement}\\b`);
    const callers = [...all].filter(([, code]) => runs.test(code));
    ends[file] = callers.map(([caller]) => caller).sort();
  }
  expect(ends).toEqual(STATEMENTS);
});
