import { createViewStore } from '../../directory/create-view-store.ts';
import { isId } from '../../model/ids.ts';
import type { StoredView } from '../../sql/read-views.ts';
import { actOf } from '../callers/act-of.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { notFound } from '../errors/not-found.ts';
import { showValue } from '../errors/show-value.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import type { Routes } from '../services/routes.ts';
import { checkView } from './check-view.ts';
import { savedView } from './saved-view.ts';
import { ViewBody, ViewInputBody, ViewList, ViewParams } from './view-schema.ts';

/** The saved views of the account of the token. */
export const views: Routes = (app, { clock, database }) => {
  const store = createViewStore({ clock, database });
  const tags = ['Views'];

  app.get(
    '/v1/views',
    {
      schema: {
        operationId: 'listViews',
        summary: 'List the saved views, newest first',
        description: 'All of them: an account has at most 100.',
        tags,
        response: { 200: ViewList, ...errorAnswers() },
      },
    },
    async ({ caller }) => ({ views: (await store.list(caller.accountId)).map(savedView) }),
  );

  app.post(
    '/v1/views',
    {
      schema: {
        operationId: 'createView',
        summary: 'Save a view',
        description: 'Everybody in the account sees it.',
        tags,
        body: ViewInputBody,
        response: { 201: ViewBody, ...errorAnswers(400, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { accountId } = request.caller;
      const values = checkView(request.body);
      const view = await store.create(accountId, values, actOf(request), unlike(values));
      return reply.code(201).send({ view: savedView(view) });
    },
  );

  app.get(
    '/v1/views/:id',
    {
      schema: {
        operationId: 'showView',
        summary: 'Show a saved view',
        tags,
        params: ViewParams,
        response: { 200: ViewBody, ...errorAnswers(404) },
      },
    },
    async ({ caller, params: { id } }) => {
      const view = isId(id) ? await store.find(caller.accountId, id) : undefined;
      if (view === undefined) throw notFound('view', id);
      return { view: savedView(view) };
    },
  );

  app.put(
    '/v1/views/:id',
    {
      schema: {
        operationId: 'replaceView',
        summary: 'Replace a saved view',
        tags,
        params: ViewParams,
        body: ViewInputBody,
        response: { 200: ViewBody, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { accountId } = request.caller;
      const values = checkView(request.body);
      const view = isId(id)
        ? await store.replace(accountId, id, values, actOf(request), unlike(values))
        : undefined;
      if (view === undefined) throw notFound('view', id);
      return { view: savedView(view) };
    },
  );

  app.delete(
    '/v1/views/:id',
    {
      schema: {
        operationId: 'deleteView',
        summary: 'Delete a saved view',
        tags,
        params: ViewParams,
        response: { 204: NoContent, ...errorAnswers(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const deleted =
        isId(id) && (await store.delete(request.caller.accountId, id, actOf(request)));
      if (!deleted) throw notFound('view', id);
      return reply.code(204).send();
    },
  );
};

/** Two views of one screen with one name could not be told apart. */
function unlike({ name, screen }: { readonly name: string; readonly screen: string }) {
  return (others: readonly StoredView[]): void => {
    if (!others.some((other) => other.screen === screen && other.name === name)) return;
    const errors = new FieldErrors();
    errors.add(
      'view.name',
      'duplicate',
      `must not be that of another view of the screen ${screen}, got ${showValue(name)}`,
    );
    errors.throwIfAny();
  };
}
