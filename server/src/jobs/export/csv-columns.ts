import type { Exported } from './export-spec.ts';

/**
 * The columns of CSV: paths into the rows of NDJSON, whose names have `_` for `.`. A list or an object is
 * its JSON text. New ones come last, so that programs that read by place go on.
 */
export const CSV_COLUMNS: Readonly<Record<Exported, readonly string[]>> = {
  invocations: [
    'id',
    'webhook.id',
    'webhook.name',
    'webhook.deleted_at',
    'origin',
    'event_id',
    'event_type',
    'subject',
    'status',
    'status_code',
    'attempts_count',
    'created_at',
    'latest_completed_at',
    'state',
    'next_attempt_at',
    'reason_code',
    'reason',
    'error_class',
    'duration_ms',
    'trigger',
  ],
  attempts: [
    'id',
    'invocation_id',
    'webhook.id',
    'webhook.name',
    'webhook.deleted_at',
    'webhook.origin',
    'number',
    'status',
    'status_code',
    'created_at',
    'completed_at',
    'duration_ms',
    'trigger',
    'reason',
    'error_message',
    'error_class',
    'method',
    'url',
    'request.headers',
    'request.payload',
    'request.payload_length',
    'response.headers',
    'response.payload',
    'response.payload_length',
    'response_body_raw',
    'phases',
  ],
  events: [
    'id',
    'stored_id',
    'type',
    'created_at',
    'body_length',
    'invocations_count',
    'skipped_count',
    'origin',
    'body',
  ],
};

/** The name of a column. */
export const columnName = (path: string): string => path.replaceAll('.', '_');

/** The value at a path. */
export function columnValue(row: object, path: string): unknown {
  let value: unknown = row;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
