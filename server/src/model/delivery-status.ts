/** The statuses of an invocation that our server sends (contract §1). */
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

/** The outcome of one attempt: there is no attempt while nothing was sent. */
export type AttemptStatus = Extract<
  DeliveryStatus,
  'success' | 'failed' | 'timeout' | 'client error' | 'server error'
>;
