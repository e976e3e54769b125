import type { AlertRoute } from './route-values.ts';

interface Told {
  /** The webhook that the alert is about. */
  readonly webhookId: string | undefined;
  readonly transition: 'opened' | 'resolved';
  /** What became of the notice that it opened; undefined if there is none. */
  readonly openedState: string | undefined;
}

/**
 * Why a notice is not sent, or undefined if it is. What is about a webhook that alerts are sent to goes to no webhook,
 * not even to another: two that fail would open alerts about each other without an end.
 */
export function whyDropped(
  route: Pick<AlertRoute, 'enabled' | 'target'>,
  routes: readonly Pick<AlertRoute, 'target'>[],
  { openedState, transition, webhookId }: Told,
): string | undefined {
  if (!route.enabled) return 'the route is switched off';
  if (transition === 'resolved' && (openedState === 'dropped' || openedState === 'failed')) {
    return 'nobody was told that it opened';
  }
  const isOfRoute = ({ target }: Pick<AlertRoute, 'target'>) =>
    target.kind === 'webhook' && target.webhookId === webhookId;
  if (route.target.kind === 'webhook' && webhookId !== undefined && routes.some(isOfRoute)) {
    return 'it is about a webhook that alerts are sent to';
  }
  return undefined;
}
