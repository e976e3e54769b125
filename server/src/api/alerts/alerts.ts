import { isId } from '../../model/ids.ts';
import type { AlertRow } from '../../sql/parts/alert-row.ts';
import { readAlert } from '../../sql/read-alert.ts';
import { readAlertNotices } from '../../sql/read-alert-notices.ts';
import { readAlerts } from '../../sql/read-alerts.ts';
import { actOf } from '../callers/act-of.ts';
import { FieldErrors } from '../errors/field-errors.ts';
import { notFound } from '../errors/not-found.ts';
import { showValue } from '../errors/show-value.ts';
import { validationError } from '../errors/validation-error.ts';
import { checkText } from '../input/check-text.ts';
import { paging } from '../lists/paging.ts';
import { readNewestFirst } from '../lists/read-newest-first.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import {
  AcknowledgedBody,
  AcknowledgeInput,
  AlertBody,
  AlertList,
  AlertParameters,
  AlertParams,
} from './alert-schema.ts';
import { alertView, noticeView } from './alert-view.ts';

const FIRST_ID = '0'.repeat(26);
const LAST_ID = `7${'Z'.repeat(25)}`;

/** Lists, shows and acknowledges alerts. */
export const alerts: Routes = (app, services) => {
  const { database } = services;
  const tags = ['Alerts'];
  const parameters = Object.keys(AlertParameters.properties);

  app.get(
    '/v1/alerts',
    {
      schema: {
        operationId: 'listAlerts',
        summary: 'List alerts, those first that opened last',
        description:
          'Open ones, and those that resolved within the last 90 days: at most 10,000 of an account.',
        tags,
        querystring: AlertParameters,
        response: { 200: AlertList, ...errorAnswers(400) },
      },
    },
    async (request, reply) => {
      const { caller, query } = request;
      const { accountId } = caller;
      const { 'filter[state]': state, 'filter[webhook_id]': webhookId } = query;
      if (webhookId !== undefined && !isId(webhookId)) throw noWebhook(webhookId);
      const filters = {
        open: state === 'open' ? (true as const) : undefined,
        resolved: state === 'resolved' ? (true as const) : undefined,
        kind: query['filter[kind]'],
        webhook_id: webhookId,
      };
      const pages = paging(services, { list: 'alerts', owner: accountId, sort: '' }, parameters);
      const some = { accountId, filters, above: FIRST_ID, below: LAST_ID };
      const page = await readNewestFirst<AlertRow>(
        {
          idOf: ({ id }) => id,
          below: (below, limit) =>
            database.run(readAlerts.statement(true, filters), { ...some, below, limit }),
          above: (above, limit) =>
            database.run(readAlerts.statement(false, filters), { ...some, above, limit }),
        },
        pages.request(query),
      );
      return {
        alerts: page.rows.map((row) => alertView(row, services)),
        ...pages.answer(page, request, reply),
      };
    },
  );

  app.get(
    '/v1/alerts/:id',
    {
      schema: {
        operationId: 'showAlert',
        summary: 'Show an alert, and the routes that it was sent to',
        tags,
        params: AlertParams,
        response: { 200: AlertBody, ...errorAnswers(404) },
      },
    },
    async ({ caller: { accountId }, params: { id } }) => {
      const [row] = isId(id) ? await database.run(readAlert, { accountId, id }) : [];
      if (row === undefined) throw notFound('alert', id);
      const notices = await database.run(readAlertNotices, { accountId, alertId: id });
      return { alert: { ...alertView(row, services), notices: notices.map(noticeView) } };
    },
  );

  app.post(
    '/v1/alerts/:id/acknowledge',
    {
      schema: {
        operationId: 'acknowledgeAlert',
        summary: 'Say that somebody looks after an alert',
        description:
          'The first who does, and the note, stay. An alert of gaps resolves by it; others resolve when what they are about is good again.',
        tags,
        params: AlertParams,
        body: AcknowledgeInput,
        response: { 200: AcknowledgedBody, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const note = request.body?.note;
      const errors = new FieldErrors();
      checkText('note', note, errors);
      errors.throwIfAny();
      const row = isId(id)
        ? await services.alerts.acknowledge(request.caller.accountId, id, note, actOf(request))
        : undefined;
      if (row === undefined) throw notFound('alert', id);
      return { alert: alertView(row, services) };
    },
  );
};

const noWebhook = (id: string) =>
  validationError('InvalidParameter', [
    {
      field: 'filter[webhook_id]',
      code: 'invalid_format',
      message: `filter[webhook_id] must be the id of a webhook, got ${showValue(id)}`,
    },
  ]);
