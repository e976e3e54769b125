import type { Source } from '@hooktrail/sdk/hooktrail';
import { formatCount } from '../model/format-count.ts';
import { formatDuration } from '../model/format-duration.ts';
import { Time } from './time.tsx';

const SECRETS: Readonly<Record<string, string>> = {
  none: 'none: nothing can be signed',
  read: 'read from the account',
  given: 'given by us',
};

function bodiesWords({ bodies }: Source): string {
  if (bodies.policy === 'sample') return `one in ${formatCount(bodies.every ?? 0)}`;
  return bodies.policy === 'failures' ? 'those of failures' : bodies.policy;
}

/** What people chose of a source. */
export function SourceFacts({ source }: { source: Source }) {
  const { clockOffMs, credentials, keepMonths, lastPollAt, masking, webhooks } = source;
  const masked = [...masking.headers, ...masking.fields];
  return (
    <section class="card" aria-label="Facts">
      <header>
        <h2>Facts</h2>
      </header>
      <div class="body">
        <dl class="facts">
          <dt>Account</dt>
          <dd class="mono">{source.baseUrl}</dd>
          <dt>Credentials</dt>
          <dd>
            {credentials.type === 'api_token'
              ? `API token of ${credentials.email ?? 'an administrator'}`
              : 'access token'}
          </dd>
          <dt>In queries</dt>
          <dd>
            <code>origin:{source.name}</code>
          </dd>
          <dt>Last poll</dt>
          <dd>{lastPollAt ? <Time at={lastPollAt} form="long" /> : 'none yet'}</dd>
          <dt>Webhooks</dt>
          <dd class="wrap">
            {webhooks === undefined ? 'all' : <span class="mono">{webhooks.join(', ')}</span>}
          </dd>
          <dt>Bodies</dt>
          <dd>{bodiesWords(source)}</dd>
          <dt>Rows are kept</dt>
          <dd>
            {keepMonths === undefined
              ? 'as long as the server keeps its archive'
              : `${formatCount(keepMonths)} ${keepMonths === 1 ? 'month' : 'months'}`}
          </dd>
          <dt>Masking</dt>
          <dd class="wrap">
            {masking.enabled
              ? `on${masked.length === 0 ? '' : `, also ${masked.join(', ')}`}`
              : 'off: bodies are stored as they are'}
          </dd>
          <dt>Secrets to resend with</dt>
          <dd>{SECRETS[source.resendSecrets] ?? source.resendSecrets}</dd>
          {clockOffMs !== undefined && Math.abs(clockOffMs) >= 1_000 && (
            <>
              <dt>Its clock</dt>
              <dd>
                is {formatDuration(Math.abs(clockOffMs))} {clockOffMs > 0 ? 'ahead' : 'behind'}
              </dd>
            </>
          )}
          <dt>Created</dt>
          <dd>
            <Time at={source.createdAt} form="long" />
          </dd>
          {source.updatedAt && (
            <>
              <dt>Changed</dt>
              <dd>
                <Time at={source.updatedAt} form="long" />
              </dd>
            </>
          )}
        </dl>
      </div>
    </section>
  );
}
