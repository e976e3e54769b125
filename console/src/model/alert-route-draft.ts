import type { AlertRoute, AlertRouteInput, AlertRoutePatch } from '@hooktrail/sdk/hooktrail';
import { hasUrl } from './has-url.ts';
import { linesOf } from './lines-of.ts';

/** A route as a form holds it: all of it text. */
export interface AlertRouteDraft {
  readonly name: string;
  readonly kind: string;
  readonly enabled: 'on' | 'off';
  /** Of a route that exists: empty, and the stored one stays. */
  readonly url: string;
  /** Of an Alertmanager; of a route that exists: empty, and the stored one stays. */
  readonly bearerToken: string;
  /** Whether the stored bearer token goes; then none is given. */
  readonly removesToken: boolean;
  /** One a line. */
  readonly addresses: string;
  readonly webhookId: string;
  /** None: of all kinds. */
  readonly kinds: readonly string[];
  readonly minimumSeverity: string;
}

/** An empty form, or that of a route. */
export const alertRouteDraftOf = (route?: AlertRoute): AlertRouteDraft => ({
  name: route?.name ?? '',
  kind: route?.kind ?? 'slack',
  enabled: (route?.enabled ?? true) ? 'on' : 'off',
  url: '',
  bearerToken: '',
  removesToken: false,
  addresses: route?.addresses?.join('\n') ?? '',
  webhookId: route?.webhook?.id ?? '',
  kinds: route?.kinds ?? [],
  minimumSeverity: route?.minimumSeverity ?? 'warning',
});

/** Whoever knows the URL of a chat may post to it. */
const SECRET = new Set(['url', 'bearerToken']);

/** What a browser may keep of a form: what was written in it, without secrets. */
export const keptAlertRouteDraft = (
  draft: AlertRouteDraft,
  base: AlertRouteDraft,
): Partial<AlertRouteDraft> =>
  Object.fromEntries(
    Object.entries(draft).filter(
      ([field, value]) =>
        !SECRET.has(field) &&
        JSON.stringify(value) !== JSON.stringify(base[field as keyof AlertRouteDraft]),
    ),
  );

function routePatchOf(draft: AlertRouteDraft): AlertRoutePatch {
  const { bearerToken, kind, removesToken, url, webhookId } = draft;
  return {
    name: draft.name.trim(),
    enabled: draft.enabled === 'on',
    ...(hasUrl(kind) && url.trim() !== '' && { url: url.trim() }),
    ...(kind === 'alertmanager' &&
      (removesToken || bearerToken.trim() !== '') && {
        bearerToken: removesToken ? null : bearerToken.trim(),
      }),
    ...(kind === 'email' && { addresses: linesOf(draft.addresses) }),
    ...(kind === 'webhook' && webhookId !== '' && { webhookId }),
    kinds: draft.kinds.length === 0 ? null : draft.kinds,
    minimumSeverity: draft.minimumSeverity as 'warning' | 'critical',
  };
}

/** What the form of a new route asks for. */
export const alertRouteInputOf = (draft: AlertRouteDraft): AlertRouteInput =>
  ({ ...routePatchOf(draft), kind: draft.kind }) as AlertRouteInput;

/** What the form changes of a route that was as `base` says: others may have changed the rest meanwhile. */
export function alertRouteChangesOf(
  draft: AlertRouteDraft,
  base: AlertRouteDraft,
): AlertRoutePatch {
  const before = routePatchOf(base);
  return Object.fromEntries(
    Object.entries(routePatchOf(draft)).filter(
      ([field, value]) =>
        JSON.stringify(value) !== JSON.stringify(before[field as keyof AlertRoutePatch]),
    ),
  );
}
