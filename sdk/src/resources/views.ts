import { readMany } from '../internal/read-many.ts';
import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type { SavedView, SavedViewInput } from '../models/saved-view.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { savedView } from '../shapes/saved-view.ts';

/** The views that the account saved for its people. */
export interface Views {
  /**
   * Returns all saved views of the account, newest first: at most 100.
   *
   * @param options - Apply to this call.
   */
  list(options?: CallOptions): APIPromise<SavedView[]>;

  /**
   * Saves a view. The client does not retry this call after a timeout or a broken connection.
   *
   * @param view - The view.
   * @param options - Apply to this call.
   * @throws `ConflictError` when the account has 100 views; `UnprocessableEntityError` when another
   *   view of the screen has the name; otherwise the same as every call.
   */
  create(view: SavedViewInput, options?: CallOptions): APIPromise<SavedView>;

  /**
   * Returns one saved view.
   *
   * @param viewId - The view.
   * @param options - Apply to this call.
   */
  get(viewId: string, options?: CallOptions): APIPromise<SavedView>;

  /**
   * Replaces a saved view, and returns it after the change.
   *
   * @param viewId - The view.
   * @param view - All of it: omitted fields become empty.
   * @param options - Apply to this call.
   * @throws `UnprocessableEntityError` when another view of the screen has the name; otherwise the
   *   same as every call.
   */
  replace(viewId: string, view: SavedViewInput, options?: CallOptions): APIPromise<SavedView>;

  /**
   * Deletes a saved view. A retry after a lost answer may find it deleted already and throw
   * `NotFoundError`.
   *
   * @param viewId - The view.
   * @param options - Apply to this call.
   */
  delete(viewId: string, options?: CallOptions): APIPromise<void>;
}

const readView = readOne('view', savedView);
const readViews = readMany('views', savedView);

/** Creates the operations on saved views. */
export const views = (send: Send): Views => ({
  list: (options) => send({ path: v1Path('views') }, readViews, options),

  create: (view, options) =>
    send(
      { method: 'POST', path: v1Path('views'), body: { view: savedView.encode(view) } },
      readView,
      options,
    ),

  get: (viewId, options) => send({ path: v1Path('views', viewId) }, readView, options),

  replace: (viewId, view, options) =>
    send(
      { method: 'PUT', path: v1Path('views', viewId), body: { view: savedView.encode(view) } },
      readView,
      options,
    ),

  delete: (viewId, options) =>
    send({ method: 'DELETE', path: v1Path('views', viewId) }, readNothing, options),
});
