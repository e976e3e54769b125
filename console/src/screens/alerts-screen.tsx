import { useParameters } from '../data/use-parameters.ts';
import { AlertHistory } from '../parts/alert-history.tsx';
import { AlertMutes } from '../parts/alert-mutes.tsx';
import { AlertRoutes } from '../parts/alert-routes.tsx';
import { AlertRules } from '../parts/alert-rules.tsx';
import { Page } from '../parts/page.tsx';

const TABS = [
  ['', 'Open'],
  ['resolved', 'Resolved'],
  ['rules', 'Rules'],
  ['mutes', 'Mutes'],
  ['routes', 'Routes'],
] as const;

/** What was found bad, what counts as bad, what is muted and who is notified. The URL is the view. */
export function AlertsScreen() {
  const parameters = useParameters();
  const show = parameters.get('show');
  return (
    <Page title="Alerts">
      <div class="tabs">
        {TABS.map(([tab, name]) => (
          <button
            key={tab}
            type="button"
            aria-pressed={show === tab}
            onClick={() => parameters.set({ show: tab })}
          >
            {name}
          </button>
        ))}
      </div>
      {show === 'rules' ? (
        <AlertRules />
      ) : show === 'mutes' ? (
        <AlertMutes />
      ) : show === 'routes' ? (
        <AlertRoutes />
      ) : (
        <AlertHistory state={show === 'resolved' ? 'resolved' : 'open'} />
      )}
    </Page>
  );
}
