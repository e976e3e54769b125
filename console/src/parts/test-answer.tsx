import type { WebhookTestResult } from '@hooktrail/sdk';
import { statusTone } from '../model/status-tone.ts';
import { Badge } from './badge.tsx';
import { BodyView } from './body-view.tsx';
import { HeaderList } from './header-list.tsx';

/** What an endpoint answered to a test request. */
export function TestAnswer({ answer }: { answer: WebhookTestResult }) {
  const { status = 'success', statusCode, message, response } = answer;
  return (
    <section class="stack-s" aria-label="Answer to the test" aria-live="polite">
      <div class="row">
        <Badge tone={statusTone(status)}>{status}</Badge>
        {statusCode !== undefined && <strong>HTTP {statusCode}</strong>}
      </div>
      {message && <p class="wrap">{message}</p>}
      {response && (
        <>
          <HeaderList headers={response.headers ?? []} />
          <BodyView label="Answer" text={response.payload} length={response.payloadLength} />
        </>
      )}
    </section>
  );
}
