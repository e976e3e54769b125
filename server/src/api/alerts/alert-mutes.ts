import { isId } from '../../model/ids.ts';
import type { AlertMuteRow } from '../../sql/read-alert-mutes.ts';
import { actOf } from '../callers/act-of.ts';
import { notFound } from '../errors/not-found.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import { NoContent } from '../schema/no-content.ts';
import type { Routes } from '../services/routes.ts';
import {
  AlertMuteBody,
  AlertMuteInput,
  AlertMuteList,
  AlertMuteParams,
  type AlertMuteView,
} from './alert-mute-schema.ts';
import { checkAlertMute } from './check-alert-mute.ts';

/** What no route gets. */
export const alertMutes: Routes = (app, { alerts, clock, directory }) => {
  const tags = ['Alerts'];

  const view = (row: AlertMuteRow): AlertMuteView => {
    const { kind, webhook_id: id } = row;
    return {
      id: row.id,
      ...(kind !== null && { kind }),
      ...(id !== null && { webhook: { id, name: directory.webhook(id)?.name ?? id } }),
      until: row.until_at?.toISOString() ?? null,
      created_at: row.created_at.toISOString(),
      created_by: row.created_by,
    };
  };

  app.get(
    '/v1/alert-mutes',
    {
      schema: {
        operationId: 'listAlertMutes',
        summary: 'List what is muted, newest first',
        description: 'All of them: an account has at most 1,000.',
        tags,
        response: { 200: AlertMuteList, ...errorAnswers() },
      },
    },
    async ({ caller }) => {
      const nowMs = clock.now();
      const rows = await alerts.mutes(caller.accountId);
      // Those that are over are deleted within an hour.
      const inForce = rows.filter(({ until_at: until }) => !(until && until.getTime() <= nowMs));
      return { mutes: inForce.map(view) };
    },
  );

  app.post(
    '/v1/alert-mutes',
    {
      schema: {
        operationId: 'createAlertMute',
        summary: 'Mute alerts of a kind, of a webhook, or both',
        description:
          'Alerts that open while they are muted are listed, and no route gets them. What routes got before, they get the end of.',
        tags,
        body: AlertMuteInput,
        response: { 201: AlertMuteBody, ...errorAnswers(400, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { accountId } = request.caller;
      const values = checkAlertMute(request.body, { accountId, directory, nowMs: clock.now() });
      const row = await alerts.mute(accountId, values, actOf(request));
      return reply.code(201).send({ mute: view(row) });
    },
  );

  app.delete(
    '/v1/alert-mutes/:id',
    {
      schema: {
        operationId: 'deleteAlertMute',
        summary: 'Delete a mute',
        description: 'Of alerts that opened meanwhile, routes get nothing.',
        tags,
        params: AlertMuteParams,
        response: { 204: NoContent, ...errorAnswers(404) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const deleted =
        isId(id) && (await alerts.unmute(request.caller.accountId, id, actOf(request)));
      if (!deleted) throw notFound('alert mute', id);
      return reply.code(204).send();
    },
  );
};
