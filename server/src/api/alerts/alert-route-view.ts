import type { AlertRoute } from '../../alerts/routes/route-values.ts';
import type { Directory } from '../../directory/directory.ts';
import type { AlertTarget } from '../../model/alert-target.ts';
import type { AlertRouteView } from './alert-route-schema.ts';
import { shownUrl } from './shown-url.ts';

/** A route as the API shows it. */
export function alertRouteView(
  route: AlertRoute,
  directory: Pick<Directory, 'webhook'>,
  isGuarded: boolean,
): AlertRouteView {
  return {
    id: route.id,
    name: route.name,
    kind: route.target.kind,
    enabled: route.enabled,
    ...targetView(route.target, directory, isGuarded),
    kinds: route.kinds === undefined ? null : [...route.kinds],
    minimum_severity: route.minimumSeverity,
    created_at: route.createdAt.toISOString(),
    changed_at: route.changedAt.toISOString(),
    last_sent_at: route.lastSentAt?.toISOString() ?? null,
    last_error: route.lastError ?? null,
  };
}

function targetView(
  target: AlertTarget,
  directory: Pick<Directory, 'webhook'>,
  isGuarded: boolean,
): Pick<AlertRouteView, 'addresses' | 'url' | 'webhook'> {
  switch (target.kind) {
    case 'slack':
    case 'alertmanager':
      return { url: shownUrl(target, isGuarded) };
    case 'email':
      return { addresses: [...target.addresses] };
    case 'webhook': {
      const { webhookId: id } = target;
      // A deleted one has no name any more.
      return { webhook: { id, name: directory.webhook(id)?.name ?? id } };
    }
  }
}
