/** Why a job does not erase what it selected. */
export const ERASE_SKIP_REASONS = {
  waiting: 'An invocation of it waits, or is in flight: end it, and erase again.',
  'erased before': 'It was erased before.',
  gone: 'It is no longer kept.',
  'earlier version': 'An earlier version stored it, and nothing says what was sent of it.',
} as const;

export type EraseSkipReason = keyof typeof ERASE_SKIP_REASONS;
