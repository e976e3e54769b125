import { asIs } from '../codec/as-is.ts';
import { model } from '../codec/model.ts';
import { time } from '../codec/time.ts';
import type { SearchKey } from '../models/search-key.ts';

/** A key of the account. */
export const searchKey = model<SearchKey>({ key: asIs, since: time });
