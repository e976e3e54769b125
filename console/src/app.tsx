import { QueryClientProvider } from '@tanstack/preact-query';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso';
import { cache } from './data/cache.ts';
import { link } from './data/link.ts';
import { session } from './data/session.ts';
import { takeCode } from './data/take-code.ts';
import { useReconnect } from './data/use-reconnect.ts';
import { Empty } from './parts/empty.tsx';
import { loadLate } from './parts/load-late.tsx';
import { Page } from './parts/page.tsx';
import { Shell } from './parts/shell.tsx';
// With the first script: its rows are what a reader waits for.
import { InvocationsScreen } from './screens/invocations-screen.tsx';
import { SignInScreen } from './screens/sign-in-screen.tsx';

const screen = (name: string, load: () => Promise<ComponentType<object>>) =>
  loadLate(name, load, { isScreen: true });

const Overview = screen('Overview', () =>
  import('./screens/overview-screen.tsx').then((m) => m.OverviewScreen),
);
const Alerts = screen('Alerts', () =>
  import('./screens/alerts-screen.tsx').then((m) => m.AlertsScreen),
);
const Alert = screen('Alert', () =>
  import('./screens/alert-screen.tsx').then((m) => m.AlertScreen),
);
const Invocation = screen('Invocation', () =>
  import('./screens/invocation-screen.tsx').then((m) => m.InvocationScreen),
);
const Undelivered = screen('Undelivered', () =>
  import('./screens/undelivered-screen.tsx').then((m) => m.UndeliveredScreen),
);
const Jobs = screen('Jobs', () => import('./screens/jobs-screen.tsx').then((m) => m.JobsScreen));
const Job = screen('Job', () => import('./screens/job-screen.tsx').then((m) => m.JobScreen));
const Webhooks = screen('Webhooks', () =>
  import('./screens/webhooks-screen.tsx').then((m) => m.WebhooksScreen),
);
const NewWebhook = screen('Create a webhook', () =>
  import('./screens/new-webhook-screen.tsx').then((m) => m.NewWebhookScreen),
);
const Webhook = screen('Webhook', () =>
  import('./screens/webhook-screen.tsx').then((m) => m.WebhookScreen),
);
const Events = screen('Events', () =>
  import('./screens/events-screen.tsx').then((m) => m.EventsScreen),
);
const Event = screen('Event', () =>
  import('./screens/event-screen.tsx').then((m) => m.EventScreen),
);
const Publish = screen('Publish', () =>
  import('./screens/publish-screen.tsx').then((m) => m.PublishScreen),
);
const Sources = screen('Sources', () =>
  import('./screens/sources-screen.tsx').then((m) => m.SourcesScreen),
);
const Source = screen('Source', () =>
  import('./screens/source-screen.tsx').then((m) => m.SourceScreen),
);
const Reconcile = screen('Reconcile', () =>
  import('./screens/reconcile-screen.tsx').then((m) => m.ReconcileScreen),
);
const Inboxes = screen('Inboxes', () =>
  import('./screens/inboxes-screen.tsx').then((m) => m.InboxesScreen),
);
const Inbox = screen('Inbox', () =>
  import('./screens/inbox-screen.tsx').then((m) => m.InboxScreen),
);
const Tokens = screen('Tokens', () =>
  import('./screens/tokens-screen.tsx').then((m) => m.TokensScreen),
);
const Audit = screen('Audit', () =>
  import('./screens/audit-screen.tsx').then((m) => m.AuditScreen),
);
const Storage = screen('Storage', () =>
  import('./screens/storage-screen.tsx').then((m) => m.StorageScreen),
);
const Account = screen('Account', () =>
  import('./screens/account-screen.tsx').then((m) => m.AccountScreen),
);

function Missing() {
  return (
    <Page title="There is no such screen">
      <p>
        <a href="/console/">Go to the overview</a>
      </p>
    </Page>
  );
}

/** The console: nothing but the sign-in before there is a session. */
export function App() {
  useReconnect();
  const who = session.value;
  const isSignedIn = typeof who === 'object' && who !== null;
  // Whoever is signed in stays it: a link must not change the account under a reader.
  useEffect(() => {
    if (!isSignedIn) return undefined;
    takeCode();
    addEventListener('hashchange', takeCode);
    return () => removeEventListener('hashchange', takeCode);
  }, [isSignedIn]);
  if (who === undefined) {
    return link.value === 'lost' ? (
      <main class="sign-in">
        <Empty title="The node cannot be reached">
          <p>The console tries again every two seconds.</p>
        </Empty>
      </main>
    ) : null;
  }
  if (who === null || who === 'ended') return <SignInScreen ended={who === 'ended'} />;
  return (
    <LocationProvider scope="/console">
      <QueryClientProvider client={cache}>
        <Shell who={who}>
          <ErrorBoundary>
            <Router>
              <Route path="/console" component={Overview} />
              <Route path="/console/alerts" component={Alerts} />
              <Route path="/console/alerts/:id" component={Alert} />
              <Route path="/console/invocations" component={InvocationsScreen} />
              <Route path="/console/invocations/:id" component={Invocation} />
              <Route path="/console/undelivered" component={Undelivered} />
              <Route path="/console/jobs" component={Jobs} />
              <Route path="/console/jobs/:id" component={Job} />
              <Route path="/console/webhooks" component={Webhooks} />
              <Route path="/console/webhooks/new" component={NewWebhook} />
              <Route path="/console/webhooks/:id" component={Webhook} />
              <Route path="/console/events" component={Events} />
              <Route path="/console/events/:id" component={Event} />
              <Route path="/console/sources" component={Sources} />
              <Route path="/console/sources/:id" component={Source} />
              <Route path="/console/sources/:id/reconcile" component={Reconcile} />
              <Route path="/console/inboxes" component={Inboxes} />
              <Route path="/console/inboxes/:id" component={Inbox} />
              <Route path="/console/publish" component={Publish} />
              <Route path="/console/tokens" component={Tokens} />
              <Route path="/console/audit" component={Audit} />
              <Route path="/console/account" component={Account} />
              <Route path="/console/storage" component={Storage} />
              <Route default component={Missing} />
            </Router>
          </ErrorBoundary>
        </Shell>
      </QueryClientProvider>
    </LocationProvider>
  );
}
