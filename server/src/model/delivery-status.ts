/** The statuses of an invocation that this server sends (spec/contract.md, "List invocations"). */
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

/** The outcome of one attempt. The other statuses exist without an attempt. */
export type AttemptStatus = Extract<
  DeliveryStatus,
  'success' | 'failed' | 'timeout' | 'client error' | 'server error'
>;
