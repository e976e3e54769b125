import { view } from '../output/view.ts';

/** The state of a webhook's deliveries. */
export const healthView = view('status', [
  ['status', 'status'],
  ['breaker.state', 'status'],
  ['breaker.since', 'time'],
  'breaker.reason',
  ['breaker.next_probe_at', 'time'],
  ['window.requests', 'number'],
  ['window.errors', 'number'],
  ['window.error_rate', 'number'],
  ['window.seconds', 'number'],
  ['waiting_since', 'time'],
  ['next_permit_at', 'time'],
  ['certificate.valid_until', 'time'],
  ['paused_at', 'time'],
  'paused_by',
]);
