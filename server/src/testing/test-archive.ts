import { idTimeMs, newId, uuidFromId } from '../model/ids.ts';
import { laneOf } from '../model/lanes.ts';
import { idAt } from './test-trail.ts';

type Sql = (text: string, values?: unknown[]) => Promise<unknown>;

/** An outcome of an archived invocation. */
interface TestOutcome {
  readonly status: string;
  readonly statusCode?: number;
  readonly atMs?: number;
  readonly sent?: boolean;
  readonly requestHeaders?: readonly string[];
  readonly responseBody?: string;
  readonly durationMs?: number;
}

interface TestArchivedInvocation {
  readonly id: string;
  readonly eventId?: string;
  readonly eventType?: string;
  /** One success by default. */
  readonly outcomes?: readonly TestOutcome[];
}

interface TestArchivedEvent {
  readonly accountId?: number;
  readonly sourceId: string;
  readonly type?: string;
  readonly body?: string;
  readonly ownId?: string;
}

/** Writes into the archive what polling a remote account will. */
export function createTestArchive(sql: Sql) {
  return {
    async source(name: string, accountId = 1): Promise<string> {
      const id = newId(Date.now());
      await sql('insert into source (id, account_id, name) values ($1, $2, $3)', [
        uuidFromId(id),
        accountId,
        name,
      ]);
      return id;
    },

    async webhook(
      sourceId: string,
      {
        id = newId(Date.now()),
        accountId = 1,
        name = 'remote',
        goneMs = undefined as number | undefined,
      } = {},
    ): Promise<string> {
      await sql(
        `insert into archive_webhook (id, account_id, source_id, remote_id, name, gone_at)
        values ($1, $2, $3, $4, $5, $6)`,
        [
          uuidFromId(id),
          accountId,
          uuidFromId(sourceId),
          `remote ${id}`,
          name,
          goneMs === undefined ? null : new Date(goneMs),
        ],
      );
      return id;
    },

    async event(id: string, event: TestArchivedEvent): Promise<void> {
      await sql(
        `insert into archive_event (account_id, lane, id, source_id, type, body, own_id)
        values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          event.accountId ?? 1,
          laneOf(id),
          uuidFromId(id),
          uuidFromId(event.sourceId),
          event.type ?? null,
          event.body ?? null,
          event.ownId ?? null,
        ],
      );
    },

    async invocation(
      webhookId: string,
      {
        id,
        eventId,
        eventType,
        outcomes = [{ status: 'success', statusCode: 200 }],
      }: TestArchivedInvocation,
    ): Promise<void> {
      const lane = laneOf(webhookId);
      const times = outcomes.map(({ atMs }, index) => atMs ?? idTimeMs(id) + 1_000 * (index + 1));
      const latest = outcomes.at(-1);
      await sql(
        `insert into archive_invocation (
          lane, id, webhook_id, event_id, event_type, status, status_code, attempts_count, outcomes_count,
          latest_at, delivered
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          lane,
          uuidFromId(id),
          uuidFromId(webhookId),
          eventId === undefined ? null : uuidFromId(eventId),
          eventType ?? null,
          latest?.status ?? 'unknown',
          latest?.statusCode ?? null,
          outcomes.filter(({ sent }) => sent !== false).length,
          outcomes.length,
          new Date(times.at(-1) ?? idTimeMs(id)),
          outcomes.some(({ status }) => status === 'success'),
        ],
      );
      for (const [index, outcome] of outcomes.entries()) {
        const { requestHeaders, responseBody } = outcome;
        await sql(
          `insert into archive_attempt (
            lane, webhook_id, invocation_id, number, id, status, status_code, completed_at, sent,
            duration_ms, request_headers, response_headers, response_body, response_length
          ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
          [
            lane,
            uuidFromId(webhookId),
            uuidFromId(id),
            index + 1,
            uuidFromId(idAt(times[index] as number)),
            outcome.status,
            outcome.statusCode ?? null,
            new Date(times[index] as number),
            outcome.sent !== false,
            outcome.durationMs ?? null,
            requestHeaders === undefined ? null : JSON.stringify(requestHeaders),
            responseBody === undefined ? null : '[]',
            responseBody ?? null,
            responseBody?.length ?? null,
          ],
        );
      }
    },
  };
}
