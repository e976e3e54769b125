import type { Open } from './open.ts';

/** What an alert may be of. */
export type AlertKind = Open<
  | 'failing'
  | 'failures'
  | 'account_failing'
  | 'backlog'
  | 'breaker'
  | 'deactivated'
  | 'job'
  | 'source'
  | 'gap'
  | 'reconcile'
  | 'storage'
  | 'node'
  | 'certificate'
  | 'secret'
>;

/** How bad it is. */
export type AlertSeverity = Open<'warning' | 'critical'>;

/** One episode of one rule about one subject. */
export interface Alert {
  /** A ULID. */
  id: string;
  /** The rule. */
  kind: AlertKind;
  /** How bad it is. */
  severity: AlertSeverity;
  /** Whether the episode goes on. */
  state: Open<'open' | 'resolved'>;
  /** What happened, for people. */
  summary: string;
  /** What to do, for people. */
  advice: string;
  /** The screen of the console that shows it: absolute where the server has a public URL. */
  url: string;
  /** The webhook that it is about. */
  webhook?: { id: string; name: string };
  /** The source that it is about. */
  source?: { id: string; name: string };
  /** The job that it is about. */
  job?: { id: string };
  /** The node that it is about. */
  node?: string;
  /** What was compared when it opened, in the unit of its rule. */
  value: number;
  /** The threshold of its rule when it opened. */
  threshold: number;
  /** Since when it was bad. */
  startedAt: Date;
  /** When it had been bad for as long as its rule holds. */
  openedAt: Date;
  /** When it was good again; absent while it is open. */
  resolvedAt?: Date;
  /** When somebody said that they look after it. */
  acknowledgedAt?: Date;
  /** The token of those who did. */
  acknowledgedBy?: string;
  /** What they wrote. */
  note?: string;
  /** Whether it was muted when it opened, so that no route got it. */
  muted: boolean;
}

/** A message of an alert to a route. */
export interface AlertNotice {
  /** Where it goes. */
  route: { id: string; name: string; kind: Open<'webhook' | 'slack' | 'email' | 'alertmanager'> };
  /** What it says. */
  transition: Open<'opened' | 'resolved'>;
  /** Where it is: `dropped` if the alert resolved before it was due. */
  state: Open<'waiting' | 'sent' | 'failed' | 'dropped'>;
  /** How often it was tried. */
  attempts: number;
  /** When it was sent, or is due. */
  at: Date;
  /** Why the last try failed. */
  error?: string;
}

/** An alert with its messages. */
export interface AlertWithNotices extends Alert {
  /** To routes that still exist. */
  notices: AlertNotice[];
}

/** When routes get nothing; at their end they get what is still open. */
export interface AlertQuietHours {
  /** An IANA name, such as `Europe/Berlin`. */
  timeZone: string;
  /** The first minute, `HH:MM`. */
  from: string;
  /** The minute after the last, `HH:MM`. Not later than `from`: of the next day. */
  to: string;
  /** The days on which they begin. */
  days: Open<'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'>[];
  /** Whether critical alerts are sent at once. */
  exceptCritical: boolean;
}

/** When something is an alert: one rule of each kind. */
export interface AlertRule {
  /** The kind. */
  kind: AlertKind;
  /** What the value is, for people. */
  description: string;
  /** What value and threshold are in. */
  unit: string;
  /** Whether a value is bad up to the threshold; otherwise from the threshold on. */
  below: boolean;
  /** Whether alerts open. */
  enabled: boolean;
  /** How bad it is. */
  severity: AlertSeverity;
  /** What the value is compared with, in `unit`. */
  threshold: number;
  /** The least number of settled invocations that a share is computed of; absent: the kind has none. */
  minimum?: number;
  /** Over how long the value is counted; absent: the kind has none. */
  windowSeconds?: number;
  /** How long it must have been bad before an alert opens. */
  holdSeconds: number;
  /** How long it must have been good before the alert resolves. */
  resolveSeconds: number;
  /** When routes get nothing; absent: never. */
  quietHours?: AlertQuietHours;
  /** Whether nothing of it was changed. */
  isDefault: boolean;
}

/** What to change of a rule: omitted fields stay, null is back to the default. */
export interface AlertRulePatch {
  /** Whether alerts open. */
  readonly enabled?: boolean | null | undefined;
  /** How bad it is. */
  readonly severity?: AlertSeverity | null | undefined;
  /** What the value is compared with, in the unit of the rule. */
  readonly threshold?: number | null | undefined;
  /** The least number of settled invocations that a share is computed of. */
  readonly minimum?: number | null | undefined;
  /** Over how long the value is counted. */
  readonly windowSeconds?: number | null | undefined;
  /** How long it must have been bad: at most 86,400. */
  readonly holdSeconds?: number | null | undefined;
  /** How long it must have been good: at most 604,800. */
  readonly resolveSeconds?: number | null | undefined;
  /** When routes get nothing; null: never. */
  readonly quietHours?: AlertQuietHours | null | undefined;
}

/** What no route gets. */
export interface AlertMute {
  /** A ULID. */
  id: string;
  /** The kind; absent: all. */
  kind?: AlertKind;
  /** The webhook; absent: all, and what is about none. */
  webhook?: { id: string; name: string };
  /** When it ends by itself; absent: never. */
  until?: Date;
  /** When it was created. */
  createdAt: Date;
  /** The token that created it. */
  createdBy: string;
}

/** What to mute: a kind, a webhook, or both. */
export interface AlertMuteInput {
  /** The kind; default all. */
  readonly kind?: AlertKind | undefined;
  /** The webhook; default all, and what is about none. */
  readonly webhookId?: string | undefined;
  /** When it ends by itself; default never. */
  readonly until?: Date | string | undefined;
}
