import type { InvocationDetails } from '@hooktrail/sdk/hooktrail';
import { Time } from './time.tsx';

/** What an invocation is of, and what is like it. */
export function InvocationFacts({
  invocation,
  webhookName,
}: {
  invocation: InvocationDetails;
  webhookName: string;
}) {
  const isArchived = invocation.origin !== undefined;
  const listOf = `/console/invocations?q=${encodeURIComponent(`webhook:${invocation.webhookId}`)}`;
  return (
    <section class="card" aria-label="Facts">
      <header>
        <h2>Facts</h2>
      </header>
      <div class="body">
        <dl class="facts">
          <dt>Webhook</dt>
          <dd>
            <a href={isArchived ? listOf : `/console/webhooks/${invocation.webhookId}`}>
              {webhookName}
            </a>
          </dd>
          {invocation.origin !== undefined && (
            <>
              <dt>Origin</dt>
              <dd>
                <p>
                  archived from{' '}
                  <a href={`/console/sources/${encodeURIComponent(invocation.origin)}`}>
                    {invocation.origin}
                  </a>
                </p>
              </dd>
            </>
          )}
          <dt>Event</dt>
          <dd>
            {invocation.eventId === undefined ? (
              <span class="soft">no longer kept</span>
            ) : (
              <a class="mono" href={`/console/events/${encodeURIComponent(invocation.eventId)}`}>
                {invocation.eventId}
              </a>
            )}
          </dd>
          <dt>Type</dt>
          <dd class="mono">{invocation.eventType ?? 'unknown'}</dd>
          <dt>Created</dt>
          <dd>
            <Time at={invocation.createdAt} form="long" />
          </dd>
          <dt>Attempts</dt>
          <dd>{invocation.attemptsCount}</dd>
          {invocation.erasedAt && (
            <>
              <dt>Erased</dt>
              <dd>
                <Time at={invocation.erasedAt} form="long" />
              </dd>
            </>
          )}
          {invocation.jobId && (
            <>
              <dt>Job</dt>
              <dd>
                <a class="mono" href={`/console/jobs/${invocation.jobId}`}>
                  {invocation.jobId}
                </a>
              </dd>
            </>
          )}
          {invocation.copiedFrom && (
            <>
              <dt>Copy of</dt>
              <dd>
                <a class="mono" href={`/console/invocations/${invocation.copiedFrom.id}`}>
                  {invocation.copiedFrom.id}
                </a>
              </dd>
            </>
          )}
          {invocation.copiedTo && (
            <>
              <dt>Copied to</dt>
              <dd>
                <a class="mono" href={`/console/invocations/${invocation.copiedTo.id}`}>
                  {invocation.copiedTo.id}
                </a>
              </dd>
            </>
          )}
          {invocation.errorClass && (
            <>
              <dt>Error</dt>
              <dd>{invocation.errorClass}</dd>
            </>
          )}
          {invocation.reasonCode && (
            <>
              <dt>Reason</dt>
              <dd>{invocation.reasonCode}</dd>
            </>
          )}
          <dt>Like this</dt>
          <dd>
            <a
              href={`/console/invocations?q=${encodeURIComponent(`webhook:${invocation.webhookId} status:"${invocation.status}"`)}`}
            >
              Same webhook and status
            </a>
          </dd>
        </dl>
      </div>
    </section>
  );
}
