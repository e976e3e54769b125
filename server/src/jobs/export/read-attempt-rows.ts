import { firstIdAt } from '../../model/ids.ts';
import { inFamily } from '../../sql/parts/in-family.ts';
import type { Family } from '../../sql/parts/trail-family.ts';
import { readInvocationsAttempts } from '../../sql/read-invocations-attempts.ts';
import type { Position } from '../../trail/page.ts';
import type { ListedWebhook } from '../../trail/select-webhooks.ts';
import type { ExportParts } from './export-parts.ts';
import type { ExportCursor } from './export-progress.ts';
import type { ExportRow } from './export-row.ts';
import type { ExportSpec } from './export-spec.ts';
import { readPayloads } from './read-payloads.ts';
import { walkInvocations } from './walk-invocations.ts';

/** Their payloads are up to 64 KiB each: 6.4 MiB. */
const PAGE = 100;

/** Attempts that one statement reads at most, and their bytes: an attempt may have 256 KiB. */
const ATTEMPTS_AT_ONCE = 1_000;
const BYTES_AT_ONCE = 4 * 1024 * 1024;

/** An invocation whose attempts are exported. */
interface Invocation {
  readonly id: string;
  readonly eventId: string | null;
  readonly webhook: ListedWebhook;
  readonly position: Position | null;
  readonly atMs: number;
  /** The last attempt that was exported. */
  readonly number: number;
}

/** Reads the attempts of the invocations of an export: oldest invocation first, and by number. */
export async function* readAttemptRows(
  parts: ExportParts,
  accountId: number,
  spec: ExportSpec,
  from: ExportCursor,
): AsyncGenerator<ExportRow> {
  const walk = await walkInvocations(parts, accountId, spec);
  const { open } = from;
  const webhook = open && walk.webhooks.get(open.webhookId);
  if (open && webhook) {
    // It is finished whether or not the query still selects it.
    yield* attemptsOf(parts, accountId, spec, [
      {
        id: open.invocationId,
        eventId: open.eventId,
        webhook,
        position: from.after,
        atMs: open.atMs,
        number: open.number,
      },
    ]);
  }
  for await (const { after, atMs, invocations } of walk.pages(from.after, PAGE)) {
    const page = invocations.map(({ atMs: createdMs, position, row, webhook: of }) => ({
      id: row.id,
      eventId: row.event_id,
      webhook: of,
      position,
      atMs: createdMs,
      number: 0,
    }));
    for (const run of runsOf(page)) yield* attemptsOf(parts, accountId, spec, run);
    if (after !== undefined) yield { row: undefined, atMs, cursor: { after, open: null } };
  }
}

/** Runs of neighbours that are stored together. */
function* runsOf(page: readonly Invocation[]): Generator<readonly Invocation[]> {
  let run: Invocation[] = [];
  let family: Family | undefined;
  for (const one of page) {
    if (family !== undefined && one.webhook.family !== family) {
      yield run;
      run = [];
    }
    ({ family } = one.webhook);
    run.push(one);
  }
  if (run.length > 0) yield run;
}

async function* attemptsOf(
  { database, views }: ExportParts,
  accountId: number,
  spec: ExportSpec,
  invocations: readonly Invocation[],
): AsyncGenerator<ExportRow> {
  const [first] = invocations;
  if (first === undefined) return;
  const { family } = first.webhook;
  const { bodies, role } = spec;
  const payloads = bodies
    ? await readPayloads(
        database,
        accountId,
        family,
        invocations.flatMap(({ eventId }) => (eventId === null ? [] : [eventId])),
      )
    : new Map<string, never>();
  const beforeId = firstIdAt(spec.before_ms);
  let place = 0;
  let number = first.number;
  for (;;) {
    const rows = await database.run(inFamily(readInvocationsAttempts, family), {
      invocations: invocations.slice(place).map((one, index) => ({
        place: place + index,
        webhookId: one.webhook.id,
        invocationId: one.id,
        after: index === 0 ? number : one.number,
      })),
      beforeId,
      limit: ATTEMPTS_AT_ONCE,
      maxBytes: BYTES_AT_ONCE,
    });
    for (const row of rows) {
      const of = invocations[row.place] as Invocation;
      const payload = of.eventId === null ? undefined : payloads.get(of.eventId);
      yield {
        row: views.attempt(of.id, row, of.webhook, payload, { bodies, role }),
        atMs: of.atMs,
        cursor: {
          after: of.position,
          open: {
            webhookId: of.webhook.id,
            invocationId: of.id,
            eventId: of.eventId,
            atMs: of.atMs,
            number: row.number,
          },
        },
      };
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    if (rows.length < ATTEMPTS_AT_ONCE && last.bytes <= BYTES_AT_ONCE) return;
    ({ place, number } = last);
  }
}
