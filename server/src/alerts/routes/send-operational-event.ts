import { hash } from 'node:crypto';
import type { Acceptor } from '../../accept/acceptor.ts';
import type { Directory } from '../../directory/directory.ts';
import type { AlertMessage } from './alert-message.ts';
import { fitsEvents } from './fits-events.ts';
import { operationalEvent } from './operational-event.ts';
import { SendFailure } from './send-failure.ts';

interface Parts {
  readonly acceptor: Pick<Acceptor, 'invoke'>;
  readonly directory: Pick<Directory, 'webhook'>;
}

/**
 * Invokes a webhook with the event of a message and resolves to the id of the invocation. From then on it is
 * delivered, retried and recorded like every other. A message that comes again within 24 hours, because its node was
 * killed, is the same invocation.
 *
 * @throws SendFailure
 */
export async function sendOperationalEvent(
  { acceptor, directory }: Parts,
  { webhookId, routeId }: { readonly webhookId: string; readonly routeId: string },
  message: AlertMessage,
): Promise<string> {
  const event = operationalEvent(message);
  try {
    return await acceptor.invoke(() => {
      const webhook = directory.webhook(webhookId);
      if (webhook === undefined || webhook.accountId !== message.accountId) {
        throw new SendFailure('the webhook of this route was deleted', { isFinal: true });
      }
      if (webhook.status !== 'active') {
        throw new SendFailure('the webhook of this route is inactive');
      }
      if (!fitsEvents(webhook)) {
        throw new SendFailure(
          'the webhook of this route does not send JSON with POST, PUT or PATCH',
        );
      }
      return {
        webhook,
        body: event.body,
        event,
        idempotency: {
          key: `alert:${routeId} ${message.id}`,
          // Not of the body: a node of another version may say it in other words.
          fingerprint: hash('sha256', message.id, 'buffer'),
        },
      };
    });
  } catch (error) {
    if (error instanceof SendFailure) throw error;
    throw new SendFailure(`the event could not be stored: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
