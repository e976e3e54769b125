/** What the value and the threshold of a kind are counted in. */
export type AlertUnit = 'share' | 'seconds' | 'days' | 'hours' | 'count';

/** A kind of alerts, in words. */
export interface AlertKindWords {
  readonly name: string;
  readonly unit: AlertUnit;
  /** What is counted, such as "failed invocations". */
  readonly what: string;
  /** The same for a value of 1. */
  readonly one?: string;
  /** Bad when the value is at most the threshold. */
  readonly below?: boolean;
  /** Whether it is about webhooks, so that it can be muted for one. */
  readonly ofWebhooks?: boolean;
}

/** The kinds that this version knows, in the order of the node's list. */
export const ALERT_KINDS: Readonly<Record<string, AlertKindWords>> = {
  failing: {
    name: 'Webhook failing',
    unit: 'share',
    what: 'of the settled invocations failed',
    ofWebhooks: true,
  },
  failures: {
    name: 'Many failures',
    unit: 'count',
    what: 'failed invocations',
    one: 'failed invocation',
    ofWebhooks: true,
  },
  account_failing: {
    name: 'Account failing',
    unit: 'share',
    what: 'of the settled invocations of all webhooks failed',
  },
  backlog: {
    name: 'Backlog',
    unit: 'seconds',
    what: 'since the oldest was due',
    ofWebhooks: true,
  },
  breaker: {
    name: 'Circuit breaker open',
    unit: 'seconds',
    what: 'since it opened',
    ofWebhooks: true,
  },
  deactivated: {
    name: 'Webhook switched off',
    unit: 'count',
    what: 'webhook switched off by the engine',
    ofWebhooks: true,
  },
  job: { name: 'Job stopped', unit: 'count', what: 'job that stopped by itself or failed' },
  source: { name: 'Source behind', unit: 'seconds', what: 'behind its service' },
  gap: {
    name: 'New gaps',
    unit: 'count',
    what: 'new gaps of a source',
    one: 'new gap of a source',
  },
  reconcile: {
    name: 'Not arrived',
    unit: 'count',
    what: 'invocations that did not arrive',
    one: 'invocation that did not arrive',
  },
  storage: { name: 'Storage', unit: 'days', what: 'until the disk is full', below: true },
  node: { name: 'Node missing', unit: 'seconds', what: 'since it was heard last' },
  certificate: {
    name: 'Certificate ends',
    unit: 'days',
    what: 'until a certificate ends',
    below: true,
    ofWebhooks: true,
  },
  secret: {
    name: 'Old secret ends',
    unit: 'hours',
    what: 'until the secret before the last rotation ends',
    below: true,
    ofWebhooks: true,
  },
};
