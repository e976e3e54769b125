import { Type } from 'typebox';
import { newId } from '../../model/ids.ts';
import type { Webhook } from '../../model/webhook.ts';
import { newSecret } from '../../secrets/new-secret.ts';
import { actOf } from '../callers/act-of.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { updateWebhook } from '../callers/update-webhook.ts';
import { malformedBody } from '../errors/malformed-body.ts';
import { notFound } from '../errors/not-found.ts';
import { offsetPage } from '../lists/offset-page.ts';
import { paging } from '../lists/paging.ts';
import { zendeskErrorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { offsetParameters, pageParameters } from '../schema/page-schema.ts';
import { WebhookParams } from '../schema/webhook-params.ts';
import type { Routes } from '../services/routes.ts';
import { listWebhooks } from './list-webhooks.ts';
import {
  WebhookBody,
  WebhookInputBody,
  WebhookList,
  WebhookPatchBody,
  WebhookStatusSchema,
} from './webhook-schema.ts';
import { patchSettings, replaceSettings } from './webhook-settings.ts';
import { webhookView } from './webhook-view.ts';

const COPY = ' (copy)';
const MAX_NAME = 255;

const listParameters = Type.Object({
  'filter[name_contains]': Type.Optional(
    Type.String({ maxLength: MAX_NAME, description: 'Part of the name, case-insensitive.' }),
  ),
  'filter[status]': Type.Optional(WebhookStatusSchema),
  sort: Type.Optional(
    oneOf(['name', '-name', 'status', '-status'], {
      description: 'Default: newest first. A minus reverses the order.',
    }),
  ),
  ...pageParameters,
  ...offsetParameters,
});

/** Lists, creates, clones, shows, replaces, patches and deletes webhooks. */
export const webhooks: Routes = (app, services) => {
  const { addressRules, clock, directory, webhooks: store } = services;
  const tags = ['Webhooks'];
  const parameters = Object.keys(listParameters.properties);

  app.get(
    '/api/v2/webhooks',
    {
      schema: {
        operationId: 'listWebhooks',
        summary: 'List webhooks',
        description:
          'A page by cursor ends early at 8 MiB: follow the links, or `meta.after_cursor`, until it is absent.',
        tags,
        querystring: listParameters,
        response: { 200: WebhookList, ...zendeskErrorAnswers(400) },
      },
    },
    async (request, reply) => {
      const { accountId, role } = request.caller;
      const { query } = request;
      const pages = paging(
        services,
        { list: 'webhooks', owner: accountId, sort: query.sort ?? '' },
        parameters,
      );
      const byNumber = offsetPage(query);
      // Links to neighbours have the same size.
      if (byNumber !== undefined) query['page[size]'] = byNumber.size;
      const page = await listWebhooks(directory, accountId, {
        nameContains: query['filter[name_contains]'],
        status: query['filter[status]'],
        sort: query.sort,
        page: pages.request(query),
        offset: byNumber?.offset,
      });
      const numbered = byNumber?.answer(page.count ?? 0, pages.urls(request));
      const { meta, links } = pages.answer(page, request, reply);
      const single = links.next === undefined && links.prev === undefined;
      return {
        webhooks: page.rows.map((webhook) => webhookView(webhook, role)),
        ...numbered,
        meta,
        ...(!single && { links }),
      };
    },
  );

  app.post(
    '/api/v2/webhooks',
    {
      // A clone takes no body, so a body is ignored.
      preValidation: async (request) => {
        if (request.query.clone_webhook_id !== undefined) request.body = null;
      },
      schema: {
        operationId: 'createWebhook',
        summary: 'Create or clone a webhook',
        description:
          'With `clone_webhook_id`, the body is ignored: the copy gets the same settings and secrets, and a name that ends in ` (copy)`.',
        tags,
        querystring: Type.Object({
          clone_webhook_id: Type.Optional(Type.String({ description: 'The webhook to copy.' })),
        }),
        body: nullable(WebhookInputBody),
        response: { 201: WebhookBody, ...zendeskErrorAnswers(400, 404, 413, 415) },
      },
    },
    async (request, reply) => {
      const { body, caller } = request;
      const source = request.query.clone_webhook_id;
      const nowMs = clock.now();
      const made = {
        id: newId(nowMs),
        accountId: caller.accountId,
        createdAt: new Date(nowMs),
        createdBy: caller.tokenId,
        updatedAt: undefined,
        updatedBy: undefined,
        paused: undefined,
      };
      let webhook: Webhook;
      if (source === undefined) {
        if (body === null) throw malformedBody('a JSON body is required', 'required');
        const settings = replaceSettings(body.webhook, undefined, addressRules);
        webhook = {
          ...settings,
          ...made,
          signingSecret: body.webhook.signing_secret?.secret ?? newSecret(),
          previousSecret: undefined,
          signingKeys: undefined,
          clientCertificate: undefined,
          ownRules: undefined,
        };
      } else {
        const original = findWebhook(directory, caller, source, 'clone_webhook_id');
        const name = truncate(original.name, MAX_NAME - COPY.length) + COPY;
        webhook = { ...original, ...made, name };
      }
      await store.create(webhook, actOf(request));
      return reply.code(201).send({ webhook: webhookView(webhook, caller.role) });
    },
  );

  app.get(
    '/api/v2/webhooks/:id',
    {
      schema: {
        operationId: 'showWebhook',
        summary: 'Show a webhook',
        tags,
        params: WebhookParams,
        response: { 200: WebhookBody, ...zendeskErrorAnswers(404) },
      },
    },
    async ({ caller, params }) => ({
      webhook: webhookView(findWebhook(directory, caller, params.id), caller.role),
    }),
  );

  const change = async (
    id: string,
    request: Parameters<typeof actOf>[0],
    settingsOf: (current: Webhook) => Partial<Webhook>,
  ): Promise<void> => {
    await updateWebhook(services, request, id, (current) => ({
      ...current,
      ...settingsOf(current),
      updatedAt: new Date(clock.now()),
      updatedBy: request.caller.tokenId,
    }));
  };

  app.put(
    '/api/v2/webhooks/:id',
    {
      schema: {
        operationId: 'updateWebhook',
        summary: 'Replace a webhook',
        description:
          'Omitted fields are removed, except subscriptions, which stay. An authentication that is sent back as it was read keeps its secret.',
        tags,
        params: WebhookParams,
        body: WebhookInputBody,
        response: { 204: NoContent, ...zendeskErrorAnswers(400, 404, 413, 415) },
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      await change(params.id, request, (current) =>
        replaceSettings(body.webhook, current, addressRules),
      );
      return reply.code(204).send();
    },
  );

  app.patch(
    '/api/v2/webhooks/:id',
    {
      schema: {
        operationId: 'patchWebhook',
        summary: 'Change parts of a webhook',
        description:
          'Omitted fields stay; null removes. Arrays and objects are replaced as a whole. An authentication that is sent back as it was read keeps its secret.',
        tags,
        params: WebhookParams,
        body: WebhookPatchBody,
        response: { 204: NoContent, ...zendeskErrorAnswers(400, 404, 413, 415) },
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      await change(params.id, request, (current) =>
        patchSettings(body.webhook, current, addressRules),
      );
      return reply.code(204).send();
    },
  );

  app.delete(
    '/api/v2/webhooks/:id',
    {
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook',
        description: 'Its waiting invocations are not delivered. The body is ignored.',
        tags,
        params: WebhookParams,
        response: { 204: NoContent, ...zendeskErrorAnswers(404) },
      },
    },
    async (request, reply) => {
      const { caller, params } = request;
      findWebhook(directory, caller, params.id);
      const deleted = await store.delete(caller.accountId, params.id, actOf(request));
      if (!deleted) throw notFound('webhook', params.id);
      return reply.code(204).send();
    },
  );
};

/** Truncates to whole characters, so that it never splits a surrogate pair. */
function truncate(text: string, length: number): string {
  return [...text].slice(0, length).join('');
}
