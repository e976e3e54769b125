import { idTimeMs } from '../../model/ids.ts';
import type { StoredView } from '../../sql/read-views.ts';
import type { SavedView } from './view-schema.ts';

/** A saved view as the API shows it. */
export function savedView({ id, updated_at, columns, ...values }: StoredView): SavedView {
  return {
    id,
    ...values,
    columns: [...columns],
    created_at: new Date(idTimeMs(id)).toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
