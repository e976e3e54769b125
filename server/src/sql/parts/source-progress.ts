import { idSeconds } from './id-seconds.ts';

/**
 * How far the source `s` is, by all its webhooks that exist. One whose log was never read to its end counts from when
 * it was first seen, which is the time in its id: without that, a source whose credentials were withdrawn during
 * its first walk would never be behind.
 */
export const SOURCE_PROGRESS = `(
    select min(coalesce(watermark_at, to_timestamp(${idSeconds('id')}))) as behind_since
    from archive_webhook
    where source_id = s.id and gone_at is null
  )`;
