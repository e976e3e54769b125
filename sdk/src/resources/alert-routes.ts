import { readMany } from '../internal/read-many.ts';
import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import type {
  AlertRoute,
  AlertRouteInput,
  AlertRoutePatch,
  AlertTest,
} from '../models/alert-route.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { alertRoute, alertRouteInput, alertTest } from '../shapes/alert-route.ts';

/** Where alerts go. */
export interface AlertRoutes {
  /**
   * Returns all routes of the account, newest first: at most 20.
   *
   * @param options - Apply to this call.
   */
  list(options?: CallOptions): APIPromise<AlertRoute[]>;

  /**
   * Returns one route.
   *
   * @param routeId - The route.
   * @param options - Apply to this call.
   */
  get(routeId: string, options?: CallOptions): APIPromise<AlertRoute>;

  /**
   * Creates a route: alerts that open from then on go there. The client does not retry this call after a timeout or
   * a broken connection.
   *
   * @param route - What it leads to, by its kind: `url`, `addresses` or `webhookId`.
   * @param options - Apply to this call.
   * @throws `ConflictError` when the account has 20 routes; otherwise the same as every call.
   */
  create(route: AlertRouteInput, options?: CallOptions): APIPromise<AlertRoute>;

  /**
   * Changes a route, and returns it after the change.
   *
   * @param routeId - The route.
   * @param patch - What to change: omitted fields stay.
   * @param options - Apply to this call.
   */
  update(routeId: string, patch: AlertRoutePatch, options?: CallOptions): APIPromise<AlertRoute>;

  /**
   * Deletes a route. A retry after a lost answer may find it deleted already and throw `NotFoundError`.
   *
   * @param routeId - The route.
   * @param options - Apply to this call.
   */
  delete(routeId: string, options?: CallOptions): APIPromise<void>;

  /**
   * Sends a message that says that it is a test, also by a route that is switched off. It resolves whatever became of
   * it, after 10 s at the latest. The client does not retry this call after a timeout or a broken connection.
   *
   * @param routeId - The route.
   * @param options - Apply to this call.
   * @throws `RateLimitError` while four tests of the account run; otherwise the same as every call.
   */
  test(routeId: string, options?: CallOptions): APIPromise<AlertTest>;
}

const readRoute = readOne('route', alertRoute);
const readRoutes = readMany('routes', alertRoute);
const readTest = readOne('test', alertTest);

/** Creates the operations on routes. */
export const alertRoutes = (send: Send): AlertRoutes => ({
  list: (options) => send({ path: v1Path('alert-routes') }, readRoutes, options),

  get: (routeId, options) => send({ path: v1Path('alert-routes', routeId) }, readRoute, options),

  create: (route, options) =>
    send(
      {
        method: 'POST',
        path: v1Path('alert-routes'),
        body: { route: alertRouteInput.encode(route) },
      },
      readRoute,
      options,
    ),

  update: (routeId, patch, options) =>
    send(
      {
        method: 'PATCH',
        path: v1Path('alert-routes', routeId),
        body: { route: alertRouteInput.encode(patch) },
      },
      readRoute,
      options,
    ),

  delete: (routeId, options) =>
    send({ method: 'DELETE', path: v1Path('alert-routes', routeId) }, readNothing, options),

  test: (routeId, options) =>
    send({ method: 'POST', path: v1Path('alert-routes', routeId, 'test') }, readTest, options),
});
