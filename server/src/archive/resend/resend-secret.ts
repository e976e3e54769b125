import type { SecretBox } from '../../secrets/secret-box.ts';
import type { ResendWebhookRow } from '../../sql/read-resend-webhooks.ts';

/** The secret that requests of an archived webhook are signed with; undefined: none is known. */
export function resendSecret(
  row: Pick<ResendWebhookRow, 'remote_id' | 'resend' | 'resend_secrets' | 'secret'>,
  secrets: SecretBox,
): string | undefined {
  if (row.resend === 'none') return undefined;
  if (row.resend === 'read')
    return row.secret === null ? undefined : secrets.open(row.secret) || undefined;
  if (row.resend_secrets === null) return undefined;
  const given = JSON.parse(secrets.open(row.resend_secrets)) as Record<string, string>;
  return (Object.hasOwn(given, row.remote_id) && given[row.remote_id]) || undefined;
}
