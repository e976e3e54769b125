import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { SavedView } from '../models/saved-view.ts';

/** A saved view. */
export const savedView = model<SavedView>({
  id: asIs,
  name: asIs,
  screen: asIs,
  search: asIs,
  columns: asIs,
  createdAt: time,
  updatedAt: time,
});
