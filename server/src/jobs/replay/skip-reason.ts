/** Why a replay does not send what it selected. */
export const SKIP_REASONS = {
  'changed since':
    'It was attempted, or is in flight, or another replay has it, since it was selected.',
  delivered: 'It was delivered since it was selected.',
  'body gone': 'Its event is no longer kept.',
  archived: 'It is archived from a remote account, and nothing of it is sent from here.',
  'invocation gone': 'It is no longer kept.',
  'webhook deleted': 'Its webhook was deleted.',
  'webhook inactive': 'Its webhook is inactive.',
  'target deleted': 'The webhook that it was to go to was deleted.',
  'target inactive': 'The webhook that it was to go to is inactive.',
  ended: 'It ended without an attempt.',
} as const;

export type SkipReason = keyof typeof SKIP_REASONS;
