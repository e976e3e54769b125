import { readMany } from '../internal/read-many.ts';
import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { AlertMute, AlertMuteInput } from '../models/alert.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { alertMute } from '../shapes/alert.ts';

/** What no route gets. */
export interface AlertMutes {
  /**
   * Returns all mutes of the account, newest first: at most 1,000.
   *
   * @param options - Apply to this call.
   */
  list(options?: CallOptions): APIPromise<AlertMute[]>;

  /**
   * Mutes a kind of alerts, those of a webhook, or both. The client does not retry this call after a timeout
   * or a broken connection.
   *
   * @param mute - What to mute.
   * @param options - Apply to this call.
   * @throws `ConflictError` when the account has 1,000 mutes; otherwise the same as every call.
   */
  create(mute: AlertMuteInput, options?: CallOptions): APIPromise<AlertMute>;

  /**
   * Deletes a mute. A retry after a lost answer may find it deleted already and throw `NotFoundError`.
   *
   * @param muteId - The mute.
   * @param options - Apply to this call.
   */
  delete(muteId: string, options?: CallOptions): APIPromise<void>;
}

const readMute = readOne('mute', alertMute);
const readMutes = readMany('mutes', alertMute);

/** Creates the operations on mutes. */
export const alertMutes = (send: Send): AlertMutes => ({
  list: (options) => send({ path: v1Path('alert-mutes') }, readMutes, options),

  create: ({ kind, until, webhookId }, options) =>
    send(
      {
        method: 'POST',
        path: v1Path('alert-mutes'),
        body: { mute: { kind, webhook_id: webhookId, until } },
      },
      readMute,
      options,
    ),

  delete: (muteId, options) =>
    send({ method: 'DELETE', path: v1Path('alert-mutes', muteId) }, readNothing, options),
});
