import { QueryClientProvider } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from 'preact-iso';
import { askSession } from './data/ask-session.ts';
import { cache } from './data/cache.ts';
import { link } from './data/link.ts';
import { session } from './data/session.ts';
import { useReconnect } from './data/use-reconnect.ts';
import { Empty } from './parts/empty.tsx';
import { Page } from './parts/page.tsx';
import { Shell } from './parts/shell.tsx';
import { SignInScreen } from './screens/sign-in-screen.tsx';

const Overview = lazy(() => import('./screens/overview-screen.tsx').then((m) => m.OverviewScreen));
const Invocations = lazy(() =>
  import('./screens/invocations-screen.tsx').then((m) => m.InvocationsScreen),
);
const Invocation = lazy(() =>
  import('./screens/invocation-screen.tsx').then((m) => m.InvocationScreen),
);
const Undelivered = lazy(() =>
  import('./screens/undelivered-screen.tsx').then((m) => m.UndeliveredScreen),
);
const Webhooks = lazy(() => import('./screens/webhooks-screen.tsx').then((m) => m.WebhooksScreen));
const NewWebhook = lazy(() =>
  import('./screens/new-webhook-screen.tsx').then((m) => m.NewWebhookScreen),
);
const Webhook = lazy(() => import('./screens/webhook-screen.tsx').then((m) => m.WebhookScreen));
const Events = lazy(() => import('./screens/events-screen.tsx').then((m) => m.EventsScreen));
const Event = lazy(() => import('./screens/event-screen.tsx').then((m) => m.EventScreen));
const Publish = lazy(() => import('./screens/publish-screen.tsx').then((m) => m.PublishScreen));
const Tokens = lazy(() => import('./screens/tokens-screen.tsx').then((m) => m.TokensScreen));
const Audit = lazy(() => import('./screens/audit-screen.tsx').then((m) => m.AuditScreen));
const Account = lazy(() => import('./screens/account-screen.tsx').then((m) => m.AccountScreen));

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
  useEffect(() => void askSession(), []);
  useReconnect();
  const who = session.value;
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
              <Route path="/console/invocations" component={Invocations} />
              <Route path="/console/invocations/:id" component={Invocation} />
              <Route path="/console/undelivered" component={Undelivered} />
              <Route path="/console/webhooks" component={Webhooks} />
              <Route path="/console/webhooks/new" component={NewWebhook} />
              <Route path="/console/webhooks/:id" component={Webhook} />
              <Route path="/console/events" component={Events} />
              <Route path="/console/events/:id" component={Event} />
              <Route path="/console/publish" component={Publish} />
              <Route path="/console/tokens" component={Tokens} />
              <Route path="/console/audit" component={Audit} />
              <Route path="/console/account" component={Account} />
              <Route default component={Missing} />
            </Router>
          </ErrorBoundary>
        </Shell>
      </QueryClientProvider>
    </LocationProvider>
  );
}
