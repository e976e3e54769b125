import { view } from '../output/view.ts';

/** Counts. */
export const countsView = view(
  'webhook.id',
  [
    ['at', 'time'],
    ['webhook.name', 'text', 'WEBHOOK'],
    ['status', 'status'],
    ['error_class', 'text', 'ERROR'],
    ['attempts', 'number'],
    ['succeeded', 'number'],
    ['success_share', 'number', 'SHARE'],
    ['settled', 'number'],
    ['delivered', 'number'],
    ['duration_ms.p50', 'number', 'P50 MS'],
    ['duration_ms.p99', 'number', 'P99 MS'],
  ],
  [
    ['reopened', 'number'],
    ['duration_ms.mean', 'number', 'MEAN MS'],
    ['duration_ms.p95', 'number', 'P95 MS'],
  ],
  ['webhook', 'duration_ms', 'counts', 'total', 'live', 'meta', 'more'],
);
