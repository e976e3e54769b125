/** The statuses of an invocation that we deliver (spec/contract.md, "List invocations"). */
export const DELIVERY_STATUSES = [
  'unknown',
  'accepted',
  'success',
  'failed',
  'timeout',
  'circuit broken',
  'throttled',
  'client error',
  'server error',
] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The statuses of an invocation in a list: an archived one may also be `terminated`. */
export const LISTED_STATUSES = [...DELIVERY_STATUSES, 'terminated'] as const;

export type ListedStatus = (typeof LISTED_STATUSES)[number];

/** The outcomes of one attempt. The other statuses exist without an attempt. */
export const ATTEMPT_STATUSES = [
  'success',
  'failed',
  'timeout',
  'client error',
  'server error',
] as const satisfies readonly DeliveryStatus[];

export type AttemptStatus = (typeof ATTEMPT_STATUSES)[number];
