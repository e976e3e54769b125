import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { AlertRoute, AlertRouteInput, AlertTest } from '../models/alert-route.ts';

/** A route. */
export const alertRoute = model<AlertRoute>({
  id: asIs,
  name: asIs,
  kind: asIs,
  enabled: asIs,
  url: asIs,
  addresses: asIs,
  webhook: asIs,
  kinds: asIs,
  minimumSeverity: asIs,
  createdAt: time,
  changedAt: time,
  lastSentAt: time,
  lastError: asIs,
});

/** What is sent; null removes. */
type Sent = { [Name in keyof AlertRouteInput]-?: NonNullable<AlertRouteInput[Name]> };

/** What is sent of a route. */
export const alertRouteInput = model<Sent>({
  name: asIs,
  kind: asIs,
  enabled: asIs,
  url: asIs,
  bearerToken: asIs,
  addresses: asIs,
  webhookId: asIs,
  kinds: asIs,
  minimumSeverity: asIs,
});

/** What became of a test. */
export const alertTest = model<AlertTest>({
  sent: asIs,
  status: asIs,
  error: asIs,
  invocationId: asIs,
});
