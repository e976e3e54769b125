/** What a rule may find bad, and with it what an alert may be of. The list is closed. */
export const ALERT_KINDS = [
  'failing',
  'failures',
  'account_failing',
  'backlog',
  'breaker',
  'deactivated',
  'job',
  'source',
  'gap',
  'reconcile',
  'storage',
  'node',
  'certificate',
  'secret',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** How bad it is, the less severe first. */
export const ALERT_SEVERITIES = ['warning', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** Where an alert goes. */
export const ALERT_ROUTE_KINDS = ['webhook', 'slack', 'email', 'alertmanager'] as const;
export type AlertRouteKind = (typeof ALERT_ROUTE_KINDS)[number];

/** What of an episode people are told. */
export const ALERT_TRANSITIONS = ['opened', 'resolved'] as const;
export type AlertTransition = (typeof ALERT_TRANSITIONS)[number];

/** Where a notice is: `waiting` until it was sent, gave up (`failed`), or is needed no more (`dropped`). */
export const ALERT_NOTICE_STATES = ['waiting', 'sent', 'failed', 'dropped'] as const;
export type AlertNoticeState = (typeof ALERT_NOTICE_STATES)[number];

/** Days of a week in quiet hours. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When nobody is told of what opens; it is told when they end, unless it resolved by then. */
export interface QuietHours {
  /** An IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** The first minute, `HH:MM` of the time zone. */
  readonly from: string;
  /** The minute after the last; not later than `from`: of the next day. */
  readonly to: string;
  /** The days on which they begin. */
  readonly days: readonly Weekday[];
  /** Whether critical alerts are told of at once. */
  readonly exceptCritical: boolean;
}

/** When a condition is an alert. One for each kind and account. */
export interface AlertRule {
  readonly enabled: boolean;
  readonly severity: AlertSeverity;
  /** Bad from this value on; of kinds that are `below`, up to it. In the unit of the kind. */
  readonly threshold: number;
  /** The least number of settled invocations that a share is computed of; undefined: the kind has none. */
  readonly minimum: number | undefined;
  /** Over how long values are counted; undefined: the kind has none. */
  readonly windowSeconds: number | undefined;
  /** How long it must have been bad before the alert opens. */
  readonly holdSeconds: number;
  /** How long it must have been good before the alert resolves. */
  readonly resolveSeconds: number;
  readonly quietHours: QuietHours | undefined;
}

/** How long alerts are kept after they resolved. */
export const ALERTS_KEPT_DAYS = 90;

/** The most alerts that are kept of an account; of more, those that resolved first are deleted. */
export const MOST_ALERTS = 10_000;

/** The most alerts of one kind that are open in an account at once, the worst ones. */
export const MOST_OPEN_OF_KIND = 100;

/** The most mutes of an account. */
export const MOST_ALERT_MUTES = 1_000;

/** The most routes of an account. */
export const MOST_ALERT_ROUTES = 20;
