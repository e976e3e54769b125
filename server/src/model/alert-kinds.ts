import type { AlertKind, AlertRule } from './alert.ts';

/** What does not differ between accounts. */
export interface AlertKindTraits {
  /** What it is about. */
  readonly about: 'webhook' | 'account' | 'job' | 'source' | 'installation' | 'node';
  /** What the threshold is in, for people. */
  readonly unit: string;
  /** Whether a value is bad when it is at most the threshold. */
  readonly below: boolean;
  /** The thresholds that are allowed, both inclusive. */
  readonly thresholds: readonly [number, number];
  /** The windows that are allowed, in seconds, both inclusive; undefined: the kind has none. */
  readonly windows?: readonly [number, number];
  /** When an alert opens, for people. */
  readonly description: string;
  readonly defaults: AlertRule;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Failures are counted by minute; 6 hours of them are what one reading costs. */
const COUNTED: readonly [number, number] = [MINUTE, 6 * HOUR];

const RULE: AlertRule = {
  enabled: true,
  severity: 'warning',
  threshold: 1,
  minimum: undefined,
  windowSeconds: undefined,
  holdSeconds: 0,
  resolveSeconds: 0,
  quietHours: undefined,
};

/** All kinds, with their defaults. An account changes what differs. */
export const ALERT_TRAITS: Readonly<Record<AlertKind, AlertKindTraits>> = {
  failing: {
    about: 'webhook',
    unit: 'share',
    below: false,
    thresholds: [0.01, 1],
    windows: COUNTED,
    description: 'The share of invocations of a webhook that failed for good within the window.',
    defaults: {
      ...RULE,
      severity: 'critical',
      threshold: 0.5,
      minimum: 20,
      windowSeconds: 15 * MINUTE,
      holdSeconds: 5 * MINUTE,
      resolveSeconds: 10 * MINUTE,
    },
  },
  failures: {
    about: 'webhook',
    unit: 'invocations',
    below: false,
    thresholds: [1, 1_000_000_000],
    windows: COUNTED,
    description: 'The number of invocations of a webhook that failed for good within the window.',
    defaults: {
      ...RULE,
      enabled: false,
      threshold: 1_000,
      windowSeconds: HOUR,
      resolveSeconds: 10 * MINUTE,
    },
  },
  account_failing: {
    about: 'account',
    unit: 'share',
    below: false,
    thresholds: [0.01, 1],
    windows: COUNTED,
    description:
      'The share of invocations of all webhooks of the account that failed for good within the window.',
    defaults: {
      ...RULE,
      severity: 'critical',
      threshold: 0.25,
      minimum: 100,
      windowSeconds: 15 * MINUTE,
      holdSeconds: 5 * MINUTE,
      resolveSeconds: 10 * MINUTE,
    },
  },
  backlog: {
    about: 'webhook',
    unit: 'seconds',
    below: false,
    thresholds: [MINUTE, YEAR],
    description: 'How long the oldest due invocation of a webhook has been waiting.',
    defaults: {
      ...RULE,
      threshold: 15 * MINUTE,
      holdSeconds: 5 * MINUTE,
      resolveSeconds: 5 * MINUTE,
    },
  },
  breaker: {
    about: 'webhook',
    unit: 'seconds',
    below: false,
    thresholds: [1, YEAR],
    description: 'How long the circuit breaker of a webhook has not been closed.',
    defaults: {
      ...RULE,
      severity: 'critical',
      threshold: 10 * MINUTE,
      resolveSeconds: MINUTE,
    },
  },
  deactivated: {
    about: 'webhook',
    unit: 'webhooks',
    below: false,
    thresholds: [1, 1],
    description: 'Hooktrail switched a webhook to inactive: its endpoint answered 410 Gone.',
    defaults: { ...RULE, severity: 'critical' },
  },
  job: {
    about: 'job',
    unit: 'jobs',
    below: false,
    thresholds: [1, 1],
    description: 'A job stopped by itself.',
    defaults: RULE,
  },
  source: {
    about: 'source',
    unit: 'seconds',
    below: false,
    thresholds: [MINUTE, YEAR],
    description: 'How far the archive of a source is behind, unless people paused it.',
    defaults: {
      ...RULE,
      severity: 'critical',
      threshold: HOUR,
      resolveSeconds: 5 * MINUTE,
    },
  },
  gap: {
    about: 'source',
    unit: 'gaps',
    below: false,
    thresholds: [1, 1_000],
    description:
      'Gaps of a source that were found within the last 24 hours, and after an alert of it was acknowledged last.',
    defaults: RULE,
  },
  reconcile: {
    about: 'source',
    unit: 'invocations',
    below: false,
    thresholds: [1, 1_000_000_000],
    windows: [HOUR, 7 * DAY],
    description:
      'Invocations that a source lists as sent and that did not arrive, in the hours of the window that are compared.',
    defaults: { ...RULE, windowSeconds: DAY },
  },
  storage: {
    about: 'installation',
    unit: 'days',
    below: true,
    thresholds: [1, 365],
    // Samples of the size are kept for a day longer.
    windows: [DAY, 7 * DAY],
    description:
      'In how many days the disk of the database is full, by the growth of the window. In account 1 only.',
    defaults: {
      ...RULE,
      severity: 'critical',
      threshold: 7,
      windowSeconds: 7 * DAY,
      resolveSeconds: HOUR,
    },
  },
  node: {
    about: 'node',
    unit: 'seconds',
    below: false,
    thresholds: [30, DAY],
    description:
      'How long a node that did not stop has been silent. It ends by itself after a day. In account 1 only.',
    defaults: {
      ...RULE,
      severity: 'critical',
      threshold: 2 * MINUTE,
      resolveSeconds: MINUTE,
    },
  },
  certificate: {
    about: 'webhook',
    unit: 'days',
    below: true,
    thresholds: [1, 365],
    description:
      'In how many days the certificate of an endpoint, as deliveries saw it, or the client certificate of a webhook ends.',
    defaults: { ...RULE, threshold: 14 },
  },
  secret: {
    about: 'webhook',
    unit: 'hours',
    below: true,
    thresholds: [1, 365 * 24],
    description:
      'In how many hours the old signing secret of a webhook, which was reset, stops signing.',
    defaults: { ...RULE, threshold: 24 },
  },
};
