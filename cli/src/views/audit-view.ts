import { view } from '../output/view.ts';

/** Changes in the audit. */
export const auditView = view(
  'id',
  [
    ['created_at', 'time', 'WHEN'],
    'operation',
    'by',
    ['target.type', 'text', 'TARGET'],
    ['target.id', 'text', 'ID'],
    'changes',
  ],
  ['token_id', 'address', 'request_id', 'method', 'id'],
  ['target'],
);
