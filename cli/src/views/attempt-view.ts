import { view } from '../output/view.ts';

/** Attempts. Requests and answers are shown when they are asked for: they may be long. */
export const attemptView = view(
  'id',
  [
    'id',
    ['created_at', 'time', 'STARTED'],
    ['status', 'status'],
    ['status_code', 'number', 'CODE'],
    ['duration_ms', 'number', 'MS'],
    ['error_message', 'text', 'ERROR'],
    'reason',
  ],
  ['method', 'url', 'trigger', ['completed_at', 'time', 'COMPLETED'], 'error_class'],
  [
    'invocation_id',
    'phases',
    'request',
    'response',
    'response_body_raw',
    'response_length',
    'number',
    'resend',
  ],
);
