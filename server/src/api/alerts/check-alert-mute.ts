import type { MuteValues } from '../../alerts/create-alert-store.ts';
import type { Directory } from '../../directory/directory.ts';
import { ALERT_TRAITS } from '../../model/alert-kinds.ts';
import type { ApiError } from '../errors/api-error.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { showValue } from '../errors/show-value.ts';
import { parseTime } from '../input/parse-time.ts';
import type { AlertMuteInput } from './alert-mute-schema.ts';

interface Known {
  readonly accountId: number;
  readonly directory: Pick<Directory, 'webhook'>;
  readonly nowMs: number;
}

/**
 * A mute as it is stored.
 *
 * @throws ApiError `InvalidBody`
 */
export function checkAlertMute(
  { mute }: AlertMuteInput,
  { accountId, directory, nowMs }: Known,
): MuteValues {
  const errors = new FieldErrors();
  const { kind, until, webhook_id: webhookId } = mute;
  if (kind === undefined && webhookId === undefined) {
    errors.add('mute', 'required', 'must have a kind, a webhook_id, or both');
  }
  if (webhookId !== undefined && directory.webhook(webhookId)?.accountId !== accountId) {
    errors.add(
      'mute.webhook_id',
      'invalid_format',
      `must be the id of a webhook of this account, got ${showValue(webhookId)}`,
    );
  }
  if (webhookId !== undefined && kind !== undefined && ALERT_TRAITS[kind].about !== 'webhook') {
    errors.add('mute.webhook_id', 'conflict', `must be absent: ${kind} is not about webhooks`);
  }
  let untilMs: number | undefined;
  if (typeof until === 'string') {
    try {
      untilMs = parseTime('mute.until', until).floorMs;
    } catch (error) {
      for (const { message, code } of (error as ApiError).errors ?? []) {
        errors.add('mute.until', code as 'invalid_format', message.replace(/^mute\.until /, ''));
      }
    }
    if (untilMs !== undefined && untilMs <= nowMs) {
      errors.add('mute.until', 'out_of_range', `must be in the future, got ${showValue(until)}`);
    }
  }
  errors.throwIfAny();
  return { kind, webhookId, untilMs };
}
