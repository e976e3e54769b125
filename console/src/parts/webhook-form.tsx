import type { Webhook, WebhookInput, WebhookPatch, WebhookTestResult } from '@hooktrail/sdk';
import { useMemo, useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { useDraft } from '../data/use-draft.ts';
import { changesOf, draftOf, inputOf, keptOf, type WebhookDraft } from '../model/webhook-draft.ts';
import { Notice } from './notice.tsx';
import { RestoredNotice } from './restored-notice.tsx';
import { TestAnswer } from './test-answer.tsx';

const METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];
const FORMATS = ['json', 'xml', 'form_encoded'];

/** Creates or changes a webhook. A test shows the answer of the endpoint before anything is saved. */
export function WebhookForm({
  webhook,
  act,
  onSave,
  onCancel,
}: {
  webhook?: Webhook;
  act: string;
  /** `changes`: what of the input differs from the webhook as the form opened. */
  onSave: (input: WebhookInput, changes: WebhookPatch) => Promise<void>;
  onCancel: () => void;
}) {
  const base = useMemo(() => draftOf(webhook), []);
  const [draft, setDraft, forget, isRestored] = useDraft(`webhook-${webhook?.id ?? 'new'}`, base, {
    keep: (written) => keptOf(written, base),
    restore: (kept) => ({ ...base, ...(kept as Partial<WebhookDraft>) }),
  });
  const [busy, setBusy] = useState('');
  const [error, setError] = useState<unknown>();
  const [answer, setAnswer] = useState<WebhookTestResult>();
  const set = (field: keyof WebhookDraft) => (event: Event) =>
    setDraft({ ...draft, [field]: (event.currentTarget as HTMLInputElement).value });
  const run = async (what: string, work: () => Promise<void>) => {
    setBusy(what);
    setError(undefined);
    try {
      await work();
    } catch (failure) {
      setError(failure);
    }
    setBusy('');
  };
  const test = () =>
    run('test', async () => {
      const { subscriptions: _, description: __, ...request } = inputOf(draft);
      setAnswer(undefined);
      setAnswer(await hooktrail.webhooks.test(request, webhook && { webhookId: webhook.id }));
    });

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void run('save', async () => {
          await onSave(inputOf(draft), changesOf(draft, base));
          forget();
        });
      }}
    >
      {isRestored && (
        <RestoredNotice onDiscard={forget}>
          Secrets, custom headers and an endpoint with a query are not kept: enter them again.
        </RestoredNotice>
      )}
      <label class="field">
        <span>Name</span>
        <input class="input" required maxLength={255} value={draft.name} onInput={set('name')} />
      </label>
      <label class="field">
        <span>Endpoint</span>
        <input
          class="input mono"
          type="url"
          required
          placeholder="https://example.com/hooks"
          value={draft.endpoint}
          onInput={set('endpoint')}
        />
        <small>The URL that receives the deliveries.</small>
      </label>
      <label class="field">
        <span>Subscriptions</span>
        <textarea
          class="input"
          rows={3}
          value={draft.subscriptions}
          onInput={set('subscriptions')}
        />
        <small>
          Event types, one a line, such as <code>zen:event-type:ticket.created</code> or{' '}
          <code>zen:event-type:*</code>; or <code>conditional_ticket_events</code> alone.
        </small>
      </label>
      <div class="two">
        <label class="field">
          <span>Method</span>
          <select class="input" value={draft.httpMethod} onChange={set('httpMethod')}>
            {METHODS.map((method) => (
              <option key={method}>{method}</option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Format</span>
          <select class="input" value={draft.requestFormat} onChange={set('requestFormat')}>
            {FORMATS.map((format) => (
              <option key={format}>{format}</option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Status</span>
          <select class="input" value={draft.status} onChange={set('status')}>
            <option>active</option>
            <option>inactive</option>
          </select>
        </label>
      </div>
      <label class="field">
        <span>Description</span>
        <input class="input" value={draft.description} onInput={set('description')} />
      </label>
      <div class="two">
        <label class="field">
          <span>Credentials</span>
          <select class="input" value={draft.authentication} onChange={set('authentication')}>
            {webhook?.authentication && <option value="keep">keep the stored ones</option>}
            <option value="">
              {webhook?.authentication ? 'none: remove the stored ones' : 'none'}
            </option>
            <option value="basic_auth">user name and password</option>
            <option value="bearer_token">bearer token</option>
            <option value="api_key">API key in a header</option>
          </select>
        </label>
        {(draft.authentication === 'basic_auth' || draft.authentication === 'api_key') && (
          <label class="field">
            <span>{draft.authentication === 'api_key' ? 'Header' : 'User name'}</span>
            <input class="input" required value={draft.username} onInput={set('username')} />
          </label>
        )}
        {draft.authentication !== '' && draft.authentication !== 'keep' && (
          <label class="field">
            <span>{draft.authentication === 'basic_auth' ? 'Password' : 'Secret'}</span>
            <input
              class="input"
              type="password"
              autoComplete="new-password"
              required
              value={draft.secret}
              onInput={set('secret')}
            />
          </label>
        )}
      </div>
      <label class="field">
        <span>Custom headers</span>
        <textarea class="input" rows={2} value={draft.headers} onInput={set('headers')} />
        <small>
          <code>Name: value</code>, one a line.
        </small>
      </label>
      {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
      {answer && <TestAnswer answer={answer} />}
      <div class="row">
        <button class="button primary" type="submit" disabled={busy !== ''}>
          {busy === 'save' ? 'Saving' : act}
        </button>
        <button
          class="button"
          type="button"
          disabled={busy !== '' || draft.endpoint.trim() === ''}
          onClick={() => void test()}
        >
          {busy === 'test' ? 'Sending 1 test request' : 'Send 1 test request'}
        </button>
        <button
          class="button plain"
          type="button"
          onClick={() => {
            forget();
            onCancel();
          }}
        >
          Cancel
        </button>
      </div>
    </form>
  );
}
