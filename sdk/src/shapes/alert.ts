import { asIs } from '../codec/as-is.ts';
import { list } from '../codec/list.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type {
  Alert,
  AlertMute,
  AlertNotice,
  AlertQuietHours,
  AlertRule,
  AlertWithNotices,
} from '../models/alert.ts';

const fields = {
  id: asIs,
  kind: asIs,
  severity: asIs,
  state: asIs,
  summary: asIs,
  advice: asIs,
  url: asIs,
  webhook: asIs,
  source: asIs,
  job: asIs,
  node: asIs,
  value: asIs,
  threshold: asIs,
  startedAt: time,
  openedAt: time,
  resolvedAt: time,
  acknowledgedAt: time,
  acknowledgedBy: asIs,
  note: asIs,
  muted: asIs,
} as const;

/** An alert. */
export const alert = model<Alert>(fields);

/** An alert with its messages. */
export const alertWithNotices = model<AlertWithNotices>({
  ...fields,
  notices: list(
    model<AlertNotice>({
      route: asIs,
      transition: asIs,
      state: asIs,
      attempts: asIs,
      at: time,
      error: asIs,
    }),
  ),
});

/** A rule. */
export const alertRule = model<AlertRule>({
  kind: asIs,
  description: asIs,
  unit: asIs,
  below: asIs,
  enabled: asIs,
  severity: asIs,
  threshold: asIs,
  minimum: asIs,
  windowSeconds: asIs,
  holdSeconds: asIs,
  resolveSeconds: asIs,
  quietHours: model<AlertQuietHours>({
    timeZone: asIs,
    from: asIs,
    to: asIs,
    days: asIs,
    exceptCritical: asIs,
  }),
  isDefault: asIs,
});

/** A mute. */
export const alertMute = model<AlertMute>({
  id: asIs,
  kind: asIs,
  webhook: asIs,
  until: time,
  createdAt: time,
  createdBy: asIs,
});
