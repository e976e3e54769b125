import type { Directory } from '../../directory/directory.ts';
import type { HeldJob } from '../held/held-job.ts';
import type { ReplaySpec } from './replay-spec.ts';
import type { Receiver } from './sending-way.ts';

interface Parts {
  readonly directory: Directory;
  /** Why a webhook would wait now; undefined: it would not. */
  readonly heldBy: (webhookId: string) => string | undefined;
}

/** The webhook of ours that the items of a webhook go to: itself, or the target of the job. */
export function webhookReceiver(
  { directory, heldBy }: Parts,
  job: HeldJob,
  webhookId: string,
): Receiver {
  const { target_webhook_id: targetId } = job.row.spec as ReplaySpec;
  const receiver = directory.webhook(targetId ?? webhookId);
  if (receiver === undefined || receiver.accountId !== job.accountId) {
    return { skip: targetId === null ? 'webhook deleted' : 'target deleted' };
  }
  if (receiver.status !== 'active') {
    return { skip: targetId === null ? 'webhook inactive' : 'target inactive' };
  }
  return { receiverId: receiver.id, held: heldBy(receiver.id) };
}
