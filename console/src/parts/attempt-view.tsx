import type { EndpointRequest } from '@hooktrail/sdk';
import type { InvocationAttempt } from '@hooktrail/sdk/hooktrail';
import { useState } from 'preact/hooks';
import { explainError } from '../data/explain-error.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { mayAct } from '../data/may-act.ts';
import { toast } from '../data/toast.ts';
import { curlCommand } from '../model/curl-command.ts';
import { formatDuration } from '../model/format-duration.ts';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { BodyView } from './body-view.tsx';
import { CopyButton } from './copy-button.tsx';
import { ErasedLine } from './erased-line.tsx';
import { HeaderList } from './header-list.tsx';

const MASK = '********';

/** One attempt: what was sent, and what came back. */
export function AttemptView({
  attempt,
  number,
  webhookId,
  origin,
  erasedAt,
}: {
  attempt: InvocationAttempt;
  number: number;
  webhookId: string;
  /** The source that it is archived from; undefined: it is ours. */
  origin: string | undefined;
  /** When what was sent and answered was erased. */
  erasedAt: Date | undefined;
}) {
  const [revealed, setRevealed] = useState<EndpointRequest>();
  const { method = 'POST', url = '', request, response } = attempt;
  const isAbsent = origin !== undefined && request === undefined;
  const headers = revealed?.headers ?? request?.headers ?? [];
  const masked = headers.some(({ value }) => value.includes(MASK));
  const reveal = async () => {
    try {
      const { invocationId = '', id } = attempt;
      setRevealed(await hooktrail.invocations.revealHeaders(webhookId, invocationId, id));
    } catch (error) {
      toast.value = { text: explainError(error), bad: true };
    }
  };
  return (
    <section class="card" aria-label={`Attempt ${number}`}>
      <header>
        <h2>Attempt {number}</h2>
        <Badge tone={statusTone(attempt.status)}>{attempt.status}</Badge>
        {attempt.durationMs !== undefined && (
          <span class="soft">{formatDuration(attempt.durationMs)}</span>
        )}
        <span class="grow" />
        {request && url !== '' && (
          <CopyButton
            label="Copy as curl"
            text={curlCommand({ method, url, headers, body: request.payload })}
          />
        )}
      </header>
      <div class="body stack">
        {attempt.errorMessage && (
          <p class="wrap">
            <strong>Error:</strong> {attempt.errorMessage}
          </p>
        )}
        {attempt.reason && <p class="wrap">{attempt.reason}</p>}
        {erasedAt !== undefined ? (
          <ErasedLine what="What was sent and answered was" at={erasedAt} />
        ) : (
          <div class="split">
            <div class="stack-s">
              <h3>Request</h3>
              {isAbsent ? (
                <p class="soft">
                  Its body is not archived: the policy of {origin} leaves it out, or it is still to
                  be fetched, or the service forgot it.
                </p>
              ) : (
                <p class="mono wrap">
                  {origin === undefined || attempt.url !== undefined
                    ? `${method} ${url}`
                    : 'The log of the service has neither the method nor the URL.'}
                </p>
              )}
              {!isAbsent && <HeaderList headers={headers} />}
              {masked && mayAct.value && revealed === undefined && (
                <div>
                  <button type="button" class="button small" onClick={() => void reveal()}>
                    Reveal custom headers
                  </button>{' '}
                  <span class="soft">The audit records it.</span>
                </div>
              )}
              {!isAbsent && (
                <BodyView label="Request" text={request?.payload} length={request?.payloadLength} />
              )}
            </div>
            <div class="stack-s">
              <h3>Response</h3>
              {response === undefined ? (
                <p class="soft">
                  {isAbsent ? 'It comes with the request.' : 'There was no answer.'}
                </p>
              ) : (
                <>
                  <p class="mono">HTTP {response.statusCode ?? attempt.statusCode}</p>
                  <HeaderList headers={response.headers ?? []} />
                  <BodyView
                    label="Response"
                    text={response.payload}
                    bytes={attempt.responseBodyRaw}
                    length={response.payloadLength}
                  />
                </>
              )}
            </div>
          </div>
        )}
      </div>
    </section>
  );
}
