import { createRandom } from '@hooktrail/harness/create-random';
import type { DemoEvent } from './demo-event.ts';
import { describeChange } from './describe-change.ts';
import { describeSubject, type Family } from './describe-subject.ts';

/** The part of `spec/event-types.json` that is used here. */
export interface EventTypes {
  readonly families: Readonly<Record<string, readonly string[]>>;
}

/**
 * The number of events of each kind; 500 together. A kind is a type or a whole family, whose types
 * then take turns. The endpoints that keep their sender waiting get few events, the others many.
 */
const MIX: readonly (readonly [kind: string, count: number])[] = [
  ['ticket', 110],
  ['ticket.comment_added', 90],
  ['ticket.status_changed', 64],
  ['ticket.created', 60],
  ['ticket.csat_received', 6],
  ['user', 90],
  ['organization', 36],
  ['article', 44],
];

const ZENDESK = 'zen:event-type:';

/** Makes 500 events in mixed order, the same in every run except their times. */
export function makeEvents({ families }: EventTypes, nowMs: number): DemoEvent[] {
  const random = createRandom(20_221_106, 'events');
  const types = MIX.flatMap(([kind, count]) => {
    const [family = '', verb] = kind.split('.');
    const known = families[family] ?? [];
    const chosen = known.filter((type) => verb === undefined || type === ZENDESK + kind);
    if (chosen.length === 0) throw new Error(`spec/event-types.json has no ${kind}`);
    return Array.from({ length: count }, (_, index) => chosen[index % chosen.length] as string);
  });
  for (let last = types.length - 1; last > 0; last--) {
    const other = random.whole(0, last);
    [types[last], types[other]] = [types[other] as string, types[last] as string];
  }
  return types.map((type, index) => {
    const [family = '', verb = ''] = type.slice(ZENDESK.length).split('.');
    const subject = describeSubject(family as Family, random, nowMs);
    return {
      id: `d3000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      type,
      subject: `zen:${family}:${subject.id}`,
      time: new Date(nowMs - (types.length - index) * 100).toISOString(),
      detail: subject.detail,
      event: describeChange(verb, subject, random),
    };
  });
}
