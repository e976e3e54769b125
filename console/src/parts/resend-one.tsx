import type { InvocationAttempt, InvocationDetails } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { cache } from '../data/cache.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { toast } from '../data/toast.ts';
import { useSource } from '../data/use-source.ts';
import { useWebhook } from '../data/use-webhook.ts';
import { Confirm } from './confirm.tsx';
import { Notice } from './notice.tsx';
import { WebhookChoice } from './webhook-choice.tsx';

const SIGNED: Readonly<Record<string, string>> = {
  read: 'with the secret of its webhook, as the source reads it from the account',
  given: 'with the secret of its webhook that the source was given',
};

/** Sends an archived invocation again after a question: where to, and how it is signed. */
export function ResendOne({
  invocation,
  attempt,
  name,
  onClose,
}: {
  invocation: InvocationDetails;
  /** The latest one that has its request. */
  attempt: InvocationAttempt;
  /** Of its webhook. */
  name: string;
  onClose: () => void;
}) {
  const { id, origin = '', status, webhookId } = invocation;
  const [target, setTarget] = useState('');
  const source = useSource(origin);
  const { data: other } = useWebhook(target);
  const secrets = source.data?.resendSecrets;
  const send = async () => {
    const options = target === '' ? {} : { targetWebhookId: target };
    const { attempt: made, leftOut } = await hooktrail.invocations.resend(webhookId, id, options);
    const left = leftOut.length === 0 ? '' : ` Left out, because masked: ${leftOut.join(', ')}.`;
    toast.value = {
      text: `The resend ended as ${made.status}${made.statusCode === undefined ? '' : ` with ${made.statusCode}`}.${left}`,
      bad: made.status !== 'success',
    };
    await cache.invalidateQueries();
  };
  return (
    <Confirm
      title="Resend this invocation"
      act="Resend 1 invocation"
      onAct={send}
      onClose={onClose}
    >
      <p class="wrap">
        One request goes to{' '}
        {other === undefined ? (
          <>
            the endpoint of <strong>{name}</strong>
            {attempt.url !== undefined && (
              <>
                , <code>{attempt.url}</code>
              </>
            )}
          </>
        ) : (
          <>
            <strong>{other.name}</strong>, <code>{other.endpoint}</code>
          </>
        )}{' '}
        at once, with the body as it is archived and the same invocation id. Headers whose values
        are masked are left out.
      </p>
      <p>
        It is signed{' '}
        {other === undefined
          ? (SIGNED[secrets ?? ''] ?? 'with the secret of its webhook')
          : `with the secret of ${other.name}`}
        , and says that it is a resend.{' '}
        {status === 'success' && (
          <strong>It succeeded already: the receiver sees the event again.</strong>
        )}
      </p>
      {secrets === 'none' && other === undefined && (
        <Notice tone="hold">
          {origin} has no secrets to resend with: edit the source, or send it to another webhook.
        </Notice>
      )}
      <WebhookChoice
        label="Send to"
        hint="A webhook of ours gets it instead, signed with its secret"
        none="its own endpoint"
        may={({ status: state }) => state === 'active'}
        value={target}
        onChange={setTarget}
      />
    </Confirm>
  );
}
