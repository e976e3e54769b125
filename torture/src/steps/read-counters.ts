import type { Counters } from '../books/counters.ts';
import { TOKEN } from '../stage/token.ts';

/** Reads the counters of nodes, summed. */
export async function readCounters(nodes: readonly { readonly url: string }[]): Promise<Counters> {
  const attempts = new Map<string, number>();
  const finished = new Map<string, number>();
  let accepted = 0;
  for (const { url } of nodes) {
    const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`/metrics answers ${answer.status}: ${text}`);
    accepted += sumOf(text, 'hooktrail_events_total', 'result').get('accepted') ?? 0;
    addAll(attempts, sumOf(text, 'hooktrail_attempts_total', 'status'));
    addAll(finished, sumOf(text, 'hooktrail_invocations_finished_total', 'outcome'));
  }
  return { accepted, attempts, finished };
}

/** What was counted between two readings of the same nodes. */
export function countedBetween(before: Counters, after: Counters): Counters {
  return {
    accepted: after.accepted - before.accepted,
    attempts: difference(before.attempts, after.attempts),
    finished: difference(before.finished, after.finished),
  };
}

/** The values of a metric by one of its labels, of which none has an escape. */
function sumOf(text: string, name: string, label: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [, labels = '', value] of text.matchAll(
    new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'),
  )) {
    const of = new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(labels)?.[1] ?? '';
    sums.set(of, (sums.get(of) ?? 0) + Number(value));
  }
  return sums;
}

function addAll(sums: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, value] of more) sums.set(name, (sums.get(name) ?? 0) + value);
}

function difference(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Map<string, number> {
  const grown = [...after].map(([name, value]) => [name, value - (before.get(name) ?? 0)] as const);
  return new Map(grown.filter(([, value]) => value !== 0));
}
