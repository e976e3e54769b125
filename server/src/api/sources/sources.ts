import type { FastifyRequest } from 'fastify';
import type { Access } from '../../archive/check-access.ts';
import type { StoredSource } from '../../archive/create-source-store.ts';
import { RemoteFailure } from '../../archive/remote/remote-failure.ts';
import type { SourceSettings } from '../../archive/source-settings.ts';
import { isId } from '../../model/ids.ts';
import { laneOf } from '../../model/lanes.ts';
import { readSourceWebhooks } from '../../sql/read-source-webhooks.ts';
import { readOldestWanted } from '../../sql/want-archived-bodies.ts';
import { actOf } from '../callers/act-of.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { notFound } from '../errors/not-found.ts';
import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import type { Routes } from '../services/routes.ts';
import { accessView } from './access-view.ts';
import { patchSource, readSourceInput } from './read-source-input.ts';
import {
  CheckedSource,
  SourceBody,
  SourceCheck,
  SourceInput,
  SourceList,
  SourceParams,
  SourcePatch,
} from './source-schema.ts';
import { sourceView } from './source-view.ts';

/** The remote accounts whose trail the account of the token archives. */
export const sources: Routes = (app, { addressRules, archive, clock, database }) => {
  const tags = ['Sources'];

  async function view(row: StoredSource) {
    const missing =
      row.wanted === 0
        ? []
        : (await database.run(readSourceWebhooks, row.id)).filter(({ wanted }) => wanted > 0);
    const [oldest] =
      missing.length === 0
        ? []
        : await database.run(
            readOldestWanted,
            missing.map(({ id }) => ({ lane: laneOf(id), webhookId: id })),
          );
    return sourceView(row, { nowMs: clock.now(), oldestMissing: oldest?.completed_at });
  }

  /** @throws ApiError `RecordNotFound` */
  async function found(accountId: number, id: string): Promise<StoredSource> {
    const row = isId(id) ? await archive.store.find(accountId, id) : undefined;
    if (row === undefined) throw notFound('source', id);
    return row;
  }

  /** @throws ApiError `InvalidBody` where the credentials may not list webhooks. */
  async function check(accountId: number, settings: SourceSettings): Promise<Access> {
    try {
      return await archive.check(accountId, settings);
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      const isRefused = error.code === 'unauthorized' || error.code === 'forbidden';
      const field = isRefused ? 'source.credentials' : 'source.base_url';
      const message = `${field} must let us list webhooks: ${error.message}`;
      throw validationError('InvalidBody', [{ field, code: 'not_allowed', message }]);
    }
  }

  app.get(
    '/v1/sources',
    {
      schema: {
        operationId: 'listSources',
        summary: 'List the sources, oldest first',
        description: 'All of them: an account has at most 20.',
        tags,
        response: { 200: SourceList, ...errorAnswers() },
      },
    },
    async ({ caller }) => {
      const rows = await archive.store.list(caller.accountId);
      return { sources: await Promise.all(rows.map(view)) };
    },
  );

  app.post(
    '/v1/sources',
    {
      schema: {
        operationId: 'createSource',
        summary: 'Archive the trail of a remote account',
        description:
          'The credentials are tried at once, with up to three requests to the service; what they may read is in the answer. Credentials that cannot list webhooks are refused. With `dry_run` nothing is created.',
        tags,
        body: SourceInput,
        response: {
          200: SourceCheck,
          201: CheckedSource,
          ...errorAnswers(400, 409, 413, 415, 422),
        },
      },
    },
    async (request, reply) => {
      const { accountId } = request.caller;
      const settings = readSourceInput(request.body.source, addressRules);
      unlike(settings.name)(await archive.store.list(accountId));
      const access = await check(accountId, settings);
      if (request.body.dry_run === true) return { access: accessView(access) };
      const act = actOf(request);
      const id = await archive.store.create(accountId, settings, act, unlike(settings.name));
      const source = await view(await found(accountId, id));
      return reply.code(201).send({ source, access: accessView(access) });
    },
  );

  app.get(
    '/v1/sources/:id',
    {
      schema: {
        operationId: 'showSource',
        summary: 'Show a source: how far it is read, what is archived and what is missing',
        tags,
        params: SourceParams,
        response: { 200: SourceBody, ...errorAnswers(404) },
      },
    },
    async ({ caller, params: { id } }) => ({
      source: await view(await found(caller.accountId, id)),
    }),
  );

  app.patch(
    '/v1/sources/:id',
    {
      schema: {
        operationId: 'patchSource',
        summary: 'Change a source',
        description:
          'Omitted fields stay; null takes `webhooks` and `keep_months` away. Another server or other credentials are tried at once, and another server needs its credentials. Secrets are shown to nobody.',
        tags,
        params: SourceParams,
        body: SourcePatch,
        response: { 200: CheckedSource, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async (request) => {
      const { accountId } = request.caller;
      const { id } = request.params;
      const { source: patch } = request.body;
      const current = archive.store.settingsOf(await found(accountId, id));
      const settings = patchSource(current, patch, addressRules);
      const isTried =
        patch.credentials !== undefined ||
        settings.baseUrl !== current.baseUrl ||
        settings.resend !== current.resend;
      const access = isTried ? await check(accountId, settings) : undefined;
      const changed = await archive.store.change(
        accountId,
        id,
        (stored) => patchSource(stored, patch, addressRules),
        actOf(request),
        (others) => unlike(settings.name)(others),
      );
      if (!changed) throw notFound('source', id);
      const source = await view(await found(accountId, id));
      return { source, ...(access !== undefined && { access: accessView(access) }) };
    },
  );

  app.delete(
    '/v1/sources/:id',
    {
      schema: {
        operationId: 'deleteSource',
        summary: 'Delete a source with everything archived of it',
        description:
          'Its invocations and events are in no list any more at once. Its rows are removed in steps afterwards: an hour for some ten million. Pause a source to keep what it has.',
        tags,
        params: SourceParams,
        response: { 204: NoContent, ...errorAnswers(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const deleted =
        isId(id) && (await archive.store.delete(request.caller.accountId, id, actOf(request)));
      if (!deleted) throw notFound('source', id);
      return reply.code(204).send();
    },
  );

  const act = (
    verb: 'pause' | 'resume' | 'poll',
    summary: string,
    description: string,
    work: (
      request: Parameters<typeof actOf>[0] & Pick<FastifyRequest, 'caller'>,
      id: string,
    ) => Promise<boolean>,
  ): void => {
    app.post(
      `/v1/sources/:id/${verb}`,
      {
        schema: {
          operationId: `${verb}Source`,
          summary,
          description,
          tags,
          params: SourceParams,
          response: { 200: SourceBody, ...errorAnswers(404) },
        },
      },
      async (request) => {
        const { id } = request.params;
        if (!isId(id) || !(await work(request, id))) throw notFound('source', id);
        return { source: await view(await found(request.caller.accountId, id)) };
      },
    );
  };
  act(
    'pause',
    'Pause a source',
    'Nothing is asked of it any more. After seven days the service has forgotten what finished meanwhile, and that is a gap.',
    (request, id) => archive.store.setPaused(request.caller.accountId, id, true, actOf(request)),
  );
  act('resume', 'Resume a source', 'Its webhooks are polled at once.', (request, id) =>
    archive.store.setPaused(request.caller.accountId, id, false, actOf(request)),
  );
  act(
    'poll',
    'Poll a source now',
    'Makes the polls of all its webhooks due, within its share of the requests. One that is paused stays so.',
    (request, id) => archive.store.poll(request.caller.accountId, id, actOf(request)),
  );
};

/** A query could not tell two sources with one name apart. */
function unlike(name: string) {
  return (others: readonly StoredSource[]): void => {
    if (!others.some((other) => other.name === name)) return;
    const errors = new FieldErrors();
    const rule = `must not be that of another source, got ${showValue(name)}`;
    errors.add('source.name', 'duplicate', rule);
    errors.throwIfAny();
  };
}
