/** Why a job does not send what it selected. */
export const SKIP_REASONS = {
  'changed since':
    'It was attempted, or is in flight, or another job has it, since it was selected.',
  delivered: 'It was delivered since it was selected.',
  'body gone': 'Its event is no longer kept.',
  'body erased': 'What it sent was erased.',
  archived:
    'It is archived from a remote account: a job of kind `resend` sends it again, no replay.',
  'not archived': 'It is an invocation of ours: a job of kind `replay` sends it again, no resend.',
  'cannot be rebuilt':
    'Its request is not archived: none was made, its body was not fetched or was erased, or its method or URL is unknown.',
  'body masked': 'Parts of its body were masked when it was archived.',
  'url masked':
    'The query of its URL was masked when it was archived: send it to another webhook (`target_webhook_id`).',
  'no secret':
    'Its signing secret is unknown: set `resend_secrets` of its source to `read`, or to the secrets by the ids of webhooks.',
  'invocation gone': 'It is no longer kept.',
  'webhook deleted': 'Its webhook was deleted.',
  'webhook inactive': 'Its webhook is inactive.',
  'target deleted': 'The webhook that it was to go to was deleted.',
  'target inactive': 'The webhook that it was to go to is inactive.',
  ended: 'It ended without an attempt.',
} as const;

export type SkipReason = keyof typeof SKIP_REASONS;

/** Why an archived invocation cannot be sent, whatever anybody waits for. */
export type Refusal = Extract<
  SkipReason,
  | 'cannot be rebuilt'
  | 'body masked'
  | 'url masked'
  | 'no secret'
  | 'invocation gone'
  | 'webhook deleted'
>;
