import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * What tells that a file changes something of its process (mocks, fake timers, the environment, listeners,
 * prototypes, flags of V8) or measures it (memory, open handles): another file would see it.
 */
const OF_THE_PROCESS =
  /\bvi\.|\bprocess\.(?:on|once|off|chdir|umask|memoryUsage|getActiveResourcesInfo)\(|\bprocess\.env\[[^\]]+\]\s*=[^=]|\bdelete process\.|\bglobalThis\.\w+\s*=[^=]|\.prototype\b|setFlagsFromString|Object\.defineProperty\(/;

/** The modules that a file imports from beside it. */
const IMPORTED = /^(?:import|export|\}).* from '(\.[^']+\.ts)';$/gm;

/** What only tests import, and does things for them, such as fake timers. */
const HELPER = /\/testing\/[^/]+\.ts$/;

/** Whether a test file needs a process that no other file has used or will use. */
export const needsOwnWorker = (path: string): boolean => touchesProcess(path, new Set());

function touchesProcess(path: string, seen: Set<string>): boolean {
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  if (OF_THE_PROCESS.test(text)) return true;
  const helpers = [...text.matchAll(IMPORTED)]
    .map(([, name = '']) => resolve(path, '..', name))
    .filter((one) => HELPER.test(one) && !seen.has(one));
  return helpers.some((one) => touchesProcess(one, seen));
}
