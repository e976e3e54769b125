import type { WebhookTestResult } from '@hooktrail/sdk';
import { useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { useWebhook } from '../data/use-webhook.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';
import { TestAnswer } from './test-answer.tsx';
import { WebhookChoice } from './webhook-choice.tsx';

/** Sends a body to any webhook as a test, which is recorded nowhere, and shows the answer. */
export function SendAsTest({ payload, onClose }: { payload: string; onClose: () => void }) {
  const [id, setId] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [answer, setAnswer] = useState<WebhookTestResult>();
  const { data: target } = useWebhook(id);
  const send = async () => {
    setBusy(true);
    setError(undefined);
    setAnswer(undefined);
    try {
      setAnswer(await hooktrail.webhooks.test({ payload }, { webhookId: id }));
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <Dialog
      title="Send to a webhook as a test"
      onClose={onClose}
      footer={
        <>
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
          <button
            type="button"
            class="button primary"
            disabled={target === undefined || busy}
            onClick={() => void send()}
          >
            {target ? `Send 1 test request to ${target.name}` : 'Choose a webhook'}
          </button>
        </>
      }
    >
      <p>The body goes to the endpoint of the webhook you choose. Tests are not recorded.</p>
      <WebhookChoice label="Webhook" none="Choose" value={id} onChange={setId} />
      {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
      {answer && <TestAnswer answer={answer} />}
    </Dialog>
  );
}
