import type { AlertWithNotices } from '@hooktrail/sdk/hooktrail';
import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { cache } from '../data/cache.ts';
import { callOptions } from '../data/call-options.ts';
import { hooktrail } from '../data/hooktrail.ts';
import { live } from '../data/live.ts';
import { mayAct } from '../data/may-act.ts';
import { useJobNames } from '../data/use-job-names.ts';
import { alertName } from '../model/alert-name.ts';
import { alertSubject } from '../model/alert-subject.ts';
import { alertTone } from '../model/alert-tone.ts';
import { AcknowledgeAlert } from '../parts/acknowledge-alert.tsx';
import { AlertFacts } from '../parts/alert-facts.tsx';
import { AlertNotices } from '../parts/alert-notices.tsx';
import { Badge } from '../parts/badge.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loading.tsx';
import { MuteDialog } from '../parts/mute-dialog.tsx';
import { Page } from '../parts/page.tsx';

const LIVE_MS = 15_000;
/** The alert, and its notices. */
const STATEMENTS = 2;

/** One alert: what happened, what to do, who looks after it and who was notified. */
export function AlertScreen() {
  const { id = '' } = useRoute().params;
  // What was opened or typed belongs to this one: nothing of it stays for the next.
  return <OneAlert key={id} id={id} />;
}

function OneAlert({ id }: { readonly id: string }) {
  const alert = useQuery<AlertWithNotices>({
    queryKey: ['alert', id],
    queryFn: (context) => hooktrail.alerts.get(id, callOptions(context)),
    meta: live({ everyMs: LIVE_MS, statements: STATEMENTS }),
  });
  const jobNames = useJobNames(alert.data?.job ? [alert.data.job.id] : []);
  const [asking, setAsking] = useState<'acknowledge' | 'mute'>();
  const close = () => setAsking(undefined);
  if (alert.data === undefined) {
    return (
      <Page title="Alert">
        {alert.error ? (
          <Failure what={`Alert ${id}`} error={alert.error} onRetry={() => void alert.refetch()} />
        ) : (
          <Loading what="the alert" />
        )}
        <p>
          <a href="/console/alerts">All alerts</a>
        </p>
      </Page>
    );
  }
  const found = alert.data;
  const tone = alertTone(found);
  const subject = alertSubject(found, jobNames);
  const isOpen = found.state !== 'resolved';
  return (
    <Page
      title={`${alertName(found.kind)}: ${subject.name}`}
      actions={
        <>
          <a class="button" href={subject.href}>
            Open {found.job ? 'the job' : subject.name}
          </a>
          {mayAct.value && (
            <>
              {isOpen && !found.acknowledgedAt && (
                <button
                  type="button"
                  class="button primary"
                  onClick={() => setAsking('acknowledge')}
                >
                  Acknowledge
                </button>
              )}
              <button type="button" class="button" onClick={() => setAsking('mute')}>
                Mute
              </button>
            </>
          )}
        </>
      }
    >
      {alert.error && (
        <Failure what="The alert" error={alert.error} onRetry={() => void alert.refetch()} />
      )}
      <p class={`why ${tone}`}>
        <Badge tone={tone}>{isOpen ? found.severity : 'resolved'}</Badge>{' '}
        <span class="wrap">{found.summary}</span>
      </p>
      {isOpen && (
        <section class="card" aria-label="What to do">
          <header>
            <h2>What to do</h2>
          </header>
          <p class="body wrap">{found.advice}</p>
        </section>
      )}
      <AlertFacts alert={found} />
      <AlertNotices alert={found} />
      {asking === 'acknowledge' && <AcknowledgeAlert alert={found} onClose={close} />}
      {asking === 'mute' && (
        <MuteDialog
          kind={found.kind}
          {...(found.webhook && { webhook: found.webhook })}
          onMuted={async () => {
            close();
            await cache.invalidateQueries({ queryKey: ['alert-mutes'] });
          }}
          onClose={close}
        />
      )}
    </Page>
  );
}
