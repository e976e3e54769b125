import { view } from '../output/view.ts';

/** Inboxes. */
export const inboxView = view(
  'id',
  ['id', 'name', 'scheme', 'default_type', ['created_at', 'time', 'CREATED']],
  ['secrets_count', 'tolerance_seconds', 'type_header', 'id_header', ['updated_at', 'time']],
  [['previous_until', 'time'], 'token', 'address'],
);
