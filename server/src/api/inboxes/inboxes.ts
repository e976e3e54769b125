import type { FastifyRequest } from 'fastify';
import type { AddressedInbox, InboxValues } from '../../directory/inbox-store.ts';
import { isId } from '../../model/ids.ts';
import type { Inbox } from '../../model/inbox.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import { actOf } from '../callers/act-of.ts';
import { notFound } from '../errors/not-found.ts';
import { baseUrl } from '../lists/base-url.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import type { Routes } from '../services/routes.ts';
import { checkInbox } from './check-inbox.ts';
import {
  InboxBody,
  InboxInputBody,
  InboxList,
  InboxParams,
  type InboxPatch,
  InboxPatchBody,
  type InboxView,
  RotateParameters,
} from './inbox-schema.ts';
import { inboxView } from './inbox-view.ts';

/** What the libraries of Standard Webhooks and Svix take, and receivers by our SDK. */
const DEFAULT_TOLERANCE_SECONDS = 300;

const DEFAULT_TYPE = 'inbox.received';

/** Addresses that receive webhooks from elsewhere. */
export const inboxes: Routes = (app, { clock, inboxes: store, publicUrl }) => {
  const tags = ['Inboxes'];
  const view = (inbox: Inbox) => inboxView(inbox, clock.now());
  const addressed = ({ inbox, token }: AddressedInbox, request: FastifyRequest): InboxView => ({
    ...view(inbox),
    token,
    address: `${baseUrl(publicUrl, request)}/in/${token}`,
  });

  app.get(
    '/v1/inboxes',
    {
      schema: {
        operationId: 'listInboxes',
        summary: 'List the inboxes, newest first',
        description: 'All of them: an account has at most 100.',
        tags,
        response: { 200: InboxList, ...errorAnswers() },
      },
    },
    async ({ caller }) => ({ inboxes: (await store.list(caller.accountId)).map(view) }),
  );

  app.post(
    '/v1/inboxes',
    {
      schema: {
        operationId: 'createInbox',
        summary: 'Create an inbox',
        description:
          'The answer has the address to send webhooks to. It is not stored and cannot be shown again.',
        tags,
        body: InboxInputBody,
        response: { 201: InboxBody, ...errorAnswers(400, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const values = valuesOf(request.body.inbox);
      const { accountId } = request.caller;
      const made = await store.create(accountId, values, actOf(request), checkInbox);
      return reply.code(201).send({ inbox: addressed(made, request) });
    },
  );

  app.get(
    '/v1/inboxes/:id',
    {
      schema: {
        operationId: 'showInbox',
        summary: 'Show an inbox',
        tags,
        params: InboxParams,
        response: { 200: InboxBody, ...errorAnswers(404) },
      },
    },
    async ({ caller, params: { id } }) => {
      const inbox = isId(id) ? await store.find(caller.accountId, id) : undefined;
      if (inbox === undefined) throw notFound('inbox', id);
      return { inbox: view(inbox) };
    },
  );

  app.patch(
    '/v1/inboxes/:id',
    {
      schema: {
        operationId: 'patchInbox',
        summary: 'Change an inbox',
        description: 'Omitted fields stay, null removes. `secrets` are replaced as a whole.',
        tags,
        params: InboxParams,
        body: InboxPatchBody,
        response: { 200: InboxBody, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { accountId } = request.caller;
      const patch = request.body.inbox;
      const changed = isId(id)
        ? await store.update(
            accountId,
            id,
            actOf(request),
            (current) => valuesOf(patch, current),
            checkInbox,
          )
        : undefined;
      if (changed === undefined) throw notFound('inbox', id);
      return { inbox: view(changed) };
    },
  );

  app.post(
    '/v1/inboxes/:id/rotate',
    {
      schema: {
        operationId: 'rotateInbox',
        summary: 'Give an inbox a new address',
        description: 'The answer has it. It is not stored and cannot be shown again.',
        tags,
        params: InboxParams,
        querystring: RotateParameters,
        response: { 200: InboxBody, ...errorAnswers(400, 404) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { accountId } = request.caller;
      const graceMs = (request.query.grace_seconds ?? 0) * SECOND_MS;
      const rotated = isId(id)
        ? await store.rotate(accountId, id, actOf(request), graceMs)
        : undefined;
      if (rotated === undefined) throw notFound('inbox', id);
      return { inbox: addressed(rotated, request) };
    },
  );

  app.delete(
    '/v1/inboxes/:id',
    {
      schema: {
        operationId: 'deleteInbox',
        summary: 'Delete an inbox',
        description: 'Its address is 404 from then on. What it published stays.',
        tags,
        params: InboxParams,
        response: { 204: NoContent, ...errorAnswers(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const deleted =
        isId(id) && (await store.delete(request.caller.accountId, id, actOf(request)));
      if (!deleted) throw notFound('inbox', id);
      return reply.code(204).send();
    },
  );
};

/** The values after a create, or after a change of what is stored. */
function valuesOf(patch: InboxPatch, current?: InboxValues): InboxValues {
  return {
    name: patch.name ?? (current as InboxValues).name,
    scheme: patch.scheme ?? (current as InboxValues).scheme,
    secrets: patch.secrets ?? current?.secrets ?? [],
    toleranceSeconds:
      patch.tolerance_seconds ?? current?.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS,
    defaultType: patch.default_type ?? current?.defaultType ?? DEFAULT_TYPE,
    typeHeader:
      patch.type_header === undefined ? current?.typeHeader : (patch.type_header ?? undefined),
    idHeader: patch.id_header === undefined ? current?.idHeader : (patch.id_header ?? undefined),
  };
}
