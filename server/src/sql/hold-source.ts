import { bigint, float8, integer, text, timestamptzMs, uuid } from '../database/parameters.ts';
import { query } from '../database/query.ts';
import type { SourceError } from '../model/source.ts';

interface Params {
  readonly id: string;
  readonly holder: string;
  /** How long the lease goes on; 0 returns it. */
  readonly leaseMs: number;
  readonly dueAtMs: number;
  readonly waitUntilMs: number | null;
  readonly mirroredAtMs: number | null;
  readonly polledAtMs: number | null;
  readonly rateLimit: number | null;
  readonly requests: number;
  readonly requestedAtMs: number | null;
  readonly clockOffMs: number | null;
  readonly failures: number;
  readonly errorCode: SourceError | null;
  readonly error: string | null;
  readonly errorAtMs: number | null;
}

/** Writes how a source is, and extends its lease; no row if this holder has it no longer. */
export const holdSource = query<Params, { id: string }>(
  'hold-source',
  {
    id: uuid((p) => p.id),
    holder: uuid((p) => p.holder),
    lease_ms: float8((p) => p.leaseMs),
    due_at: timestamptzMs((p) => p.dueAtMs),
    wait_until: timestamptzMs((p) => p.waitUntilMs),
    mirrored_at: timestamptzMs((p) => p.mirroredAtMs),
    polled_at: timestamptzMs((p) => p.polledAtMs),
    rate_limit: integer((p) => p.rateLimit),
    requests: integer((p) => p.requests),
    requested_at: timestamptzMs((p) => p.requestedAtMs),
    clock_off_ms: bigint((p) => p.clockOffMs),
    failures: integer((p) => p.failures),
    error_code: text((p) => p.errorCode),
    error: text((p) => p.error),
    error_at: timestamptzMs((p) => p.errorAtMs),
  },
  `update source
set
  leased_until = now() + $lease_ms * interval '1 millisecond',
  due_at = $due_at,
  wait_until = $wait_until,
  mirrored_at = $mirrored_at,
  polled_at = $polled_at,
  rate_limit = $rate_limit,
  requests = $requests,
  requested_at = $requested_at,
  clock_off_ms = $clock_off_ms,
  failures = $failures,
  error_code = $error_code,
  error = $error,
  error_at = $error_at
where id = $id and holder = $holder and deleted_at is null
returning id`,
);
