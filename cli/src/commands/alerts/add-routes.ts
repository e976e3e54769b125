import type { AlertRouteInput } from '@hooktrail/sdk/hooktrail';
import { EXIT } from '../../failures/exit-codes.ts';
import { usageFailure } from '../../failures/usage-failure.ts';
import { findRoute } from '../../input/find-route.ts';
import { type RouteOptions, routeFields, routeOptions } from '../../input/route-fields.ts';
import type { AddCommand } from '../../session/act.ts';
import { alertRouteView } from '../../views/alert-route-view.ts';
import { alertTestView } from '../../views/alert-test-view.ts';

interface AddOptions extends RouteOptions {
  readonly kind: AlertRouteInput['kind'];
}

interface EditOptions extends RouteOptions {
  readonly name?: string;
}

/** Adds what makes, lists, changes, tests and deletes routes. */
export const addRoutes: AddCommand = (group, act) => {
  const routes = group
    .command('routes')
    .description('The routes: where alerts go. An argument ROUTE is an id or a name.');

  routes
    .command('list', { isDefault: true })
    .description(
      'Lists the routes, with the last notice of each: 20 at most; so does `hooktrail alerts routes` alone.',
    )
    .action(
      act(async (context) => {
        const hooktrail = await context.hooktrail();
        const list = await hooktrail.alertRoutes.list({ signal: context.signal });
        await context.printer.list(list, alertRouteView);
      }),
    );

  routeOptions(
    routes
      .command('add')
      .description('Creates a route, and prints it.')
      .argument('<name>', 'the name, for people')
      .requiredOption('--kind <kind>', 'webhook, slack, email or alertmanager'),
  ).action(
    act(async (context, name: string, { kind, ...options }: AddOptions) => {
      const fields = await routeFields(context, options);
      const hooktrail = await context.hooktrail();
      // The server says which kinds there are, and what each needs.
      const input = { ...fields, name, kind } as AlertRouteInput;
      const { signal } = context;
      await context.printer.one(
        await hooktrail.alertRoutes.create(input, { signal }),
        alertRouteView,
      );
    }),
  );

  routeOptions(
    routes
      .command('edit')
      .description('Changes the fields that are given, and prints the route.')
      .argument('<route>', 'id or name')
      .option('--name <name>', 'the new name')
      .option('--no-bearer-token', 'of alertmanager: removes the stored bearer token'),
  ).action(
    act(async (context, text: string, { name, ...options }: EditOptions) => {
      const changes = {
        ...(await routeFields(context, options)),
        ...(name !== undefined && { name }),
      };
      if (Object.keys(changes).length === 0) {
        throw usageFailure('nothing to change: give an option');
      }
      const hooktrail = await context.hooktrail();
      const { signal } = context;
      const { id } = findRoute(await hooktrail.alertRoutes.list({ signal }), text);
      await context.printer.one(
        await hooktrail.alertRoutes.update(id, changes, { signal }),
        alertRouteView,
      );
    }),
  );

  routes
    .command('test')
    .description('Sends a test notice now. Ends with 1 if it was not taken.')
    .argument('<route>', 'id or name')
    .action(
      act(async (context, text: string) => {
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        const { id } = findRoute(await hooktrail.alertRoutes.list({ signal }), text);
        const result = await hooktrail.alertRoutes.test(id, { signal });
        await context.printer.one(result, alertTestView);
        return result.sent ? EXIT.ok : EXIT.failed;
      }),
    );

  routes
    .command('delete')
    .description('Deletes a route: notices that wait for it are not sent.')
    .argument('<route>', 'id or name')
    .action(
      act(async (context, text: string) => {
        const hooktrail = await context.hooktrail();
        const { signal } = context;
        const found = findRoute(await hooktrail.alertRoutes.list({ signal }), text);
        await hooktrail.alertRoutes.delete(found.id, { signal });
        await context.printer.one(found, alertRouteView);
      }),
    );
};
