import { CommandFailure } from '../failures/command-failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { nearestNames } from '../failures/nearest-names.ts';
import { readSamples } from './read-samples.ts';
import { sampleTypes } from './sample-types.ts';

/** An event that is ready to be published. */
export type Sample = Readonly<Record<string, unknown>>;

const PREFIX = 'zen:event-type:';

/** What one line holds. */
const MOST_HINTS = 5;

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Makes a realistic event of a catalogued type, whose `zen:event-type:` may be left out. It has neither an
 * id nor an account: publishing gives it both.
 *
 * @throws CommandFailure that names the nearest types, for one that is not in the catalogue
 */
export function makeSample(type: string, nowMs: number): Sample {
  const name = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : type;
  const [family = '', verb = '', ...more] = name.split('.');
  const families = readSamples();
  const found = Object.hasOwn(families, family) ? families[family] : undefined;
  const sample =
    found !== undefined && more.length === 0 && Object.hasOwn(found.types, verb)
      ? found.types[verb]
      : undefined;
  if (found === undefined || sample === undefined) throw unknownType(type, name);
  return withTimes(
    {
      type: PREFIX + name,
      subject: found.subject,
      time: '{now}',
      detail: { ...found.detail, ...sample.detail },
      event: { ...sample.event, ...found.event },
    },
    nowMs,
  ) as Sample;
}

/** Replaces `{now}`, `{now-2h}` and `{now+2d}`. Zendesk writes times without fractions. */
function withTimes(value: unknown, nowMs: number): unknown {
  if (typeof value === 'string') {
    const [whole, sign, count = '0', unit = 'm'] =
      /^\{now(?:([+-])(\d+)([mhd]))?\}$/.exec(value) ?? [];
    if (whole === undefined) return value;
    const apartMs = Number(count) * (UNIT_MS[unit] ?? 0) * (sign === '-' ? -1 : 1);
    return `${new Date(nowMs + apartMs).toISOString().slice(0, 19)}Z`;
  }
  if (Array.isArray(value)) return value.map((one) => withTimes(one, nowMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, withTimes(one, nowMs)]),
  );
}

function unknownType(type: string, name: string): CommandFailure {
  const known = sampleTypes();
  const near = new Set([
    ...nearestNames(name, known, MOST_HINTS),
    ...known.filter((one) => name.length > 2 && one.includes(name.toLowerCase())),
  ]);
  const hints = [...near].slice(0, MOST_HINTS).join(', ');
  return new CommandFailure(
    `the catalogue has no event type "${type}"${hints === '' ? '' : `; did you mean ${hints}?`}`,
    {
      exitCode: EXIT.usage,
      code: 'UnknownEventType',
      next: 'hooktrail trigger --list prints all of them. An event of your own: hooktrail publish.',
    },
  );
}
