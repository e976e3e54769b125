import type { TestSource } from '../test-source.ts';

/** Every row that is archived of a webhook, as the service lists it, oldest first. */
export async function archivedRows({ trail }: TestSource, remoteId: string): Promise<string[]> {
  const rows = await trail.sql(
    `select coalesce(i.remote_id, '') as remote_id, a.invocation_id, coalesce(a.remote_status, a.status::text) as status,
      a.completed_at
    from archive_attempt a
    join archive_webhook w on w.id = a.webhook_id
    join archive_invocation i on i.lane = a.lane and i.webhook_id = a.webhook_id and i.id = a.invocation_id
    where w.remote_id = $1`,
    [remoteId],
  );
  return rows
    .map(
      (row) =>
        `${row['completed_at'].getTime()} ${row['remote_id'] || row['invocation_id']} ${row['status']}`,
    )
    .sort();
}
