import type { Verification } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { pastedHeaders } from '../model/pasted-headers.ts';
import { Badge } from './badge.tsx';
import { Notice } from './notice.tsx';

const SCHEMES: Readonly<Record<string, string>> = {
  zendesk: 'X-Zendesk-Webhook-Signature',
  standard_webhooks: 'Standard Webhooks, v1',
  standard_webhooks_v1a: 'Standard Webhooks, v1a',
};

/** Says whether a request that somebody pastes is signed by a webhook. The node compares. */
export function VerifySignature({ id }: { id: string }) {
  const [headers, setHeaders] = useState('');
  const [body, setBody] = useState('');
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Verification>();
  const [error, setError] = useState<unknown>();
  const verify = async () => {
    setBusy(true);
    setError(undefined);
    setFound(undefined);
    try {
      setFound(await hooktrail.webhooks.verify(id, { headers: pastedHeaders(headers), body }));
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void verify();
      }}
    >
      <label class="field">
        <span>Headers of the request</span>
        <textarea
          class="input mono"
          required
          spellcheck={false}
          placeholder={
            'X-Zendesk-Webhook-Signature: gf3v0LzL…\nX-Zendesk-Webhook-Signature-Timestamp: 2026-01-31T12:00:00Z'
          }
          value={headers}
          onInput={(event) => setHeaders(event.currentTarget.value)}
        />
        <small>
          <code>Name: value</code>, one a line, or a curl command. All of them may be pasted.
        </small>
      </label>
      <label class="field">
        <span>Body, exactly as received</span>
        <textarea
          class="input mono"
          spellcheck={false}
          value={body}
          onInput={(event) => setBody(event.currentTarget.value)}
        />
      </label>
      <div>
        <button type="submit" class="button" disabled={busy}>
          Verify the signature
        </button>
      </div>
      {error !== undefined && <Notice tone="bad">{explainError(error)}</Notice>}
      <div role="status" class="stack-s">
        {found?.signatures.map(({ explanation, scheme, valid }) => (
          <p key={scheme} class="wrap">
            <Badge tone={valid ? 'ok' : 'bad'}>{valid ? 'valid' : 'not valid'}</Badge>{' '}
            <strong>{SCHEMES[scheme] ?? scheme}:</strong> {explanation}
          </p>
        ))}
      </div>
    </form>
  );
}
