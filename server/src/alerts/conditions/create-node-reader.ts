import type { Runner } from '../../database/database.ts';
import type { Clock } from '../../model/clock.ts';
import { DAY_MS, SECOND_MS } from '../../model/time-units.ts';
import { SILENT_MS } from '../../nodes/silent-ms.ts';
import { readMissingNodes } from '../../sql/read-missing-nodes.ts';
import type { AlertRules, Condition, ConditionReader } from '../condition.ts';
import { INSTALLATION } from './installation.ts';

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
}

/** The heartbeat deletes the row of a node that is silent for longer. */
const KEPT_MS = DAY_MS;

/** Far more than can be open at once: those that are open must be among them. */
const MOST_READ = 10_000;

/** A subject is at most so long; a host name has up to 253 characters. */
const MOST_SUBJECT = 200;

/**
 * Reads the nodes that ended without a word: one for each host and address, so that a node which is killed again and
 * again is one, until it comes back or a day has gone.
 *
 * After an outage of the database all nodes have been silent, and each is heard within ten seconds: a node counts
 * once it was found missing for three beats, unless it was missing before.
 */
export function createNodeReader({ clock, database }: Parts): ConditionReader {
  /** Since when each was found missing, by subject. */
  let found = new Map<string, number>();
  return { kinds: ['node'], read };

  async function read(rules: AlertRules): Promise<readonly Condition[]> {
    const rows = await database.run(readMissingNodes, {
      silentMs: SILENT_MS,
      keptMs: KEPT_MS,
      limit: MOST_READ,
    });
    const nowMs = clock.now();
    const watched = new Set(rules.watched('node').map(({ subject }) => subject));
    const before = found;
    found = new Map();
    const conditions: Condition[] = [];
    for (const { address, host, seen_at, silent_ms, version } of rows) {
      const subject = `${host} ${address}`.slice(0, MOST_SUBJECT);
      const sinceMs = before.get(subject) ?? nowMs;
      found.set(subject, sinceMs);
      if (nowMs - sinceMs < SILENT_MS && !watched.has(subject)) continue;
      conditions.push({
        accountId: INSTALLATION,
        kind: 'node',
        subject,
        node: host,
        value: silent_ms / SECOND_MS,
        sinceMs: seen_at.getTime(),
        facts: { host, address, version },
      });
    }
    return conditions;
  }
}
