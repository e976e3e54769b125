import { listAudit } from '../../trail/list-audit.ts';
import { accountOf } from '../callers/account-of.ts';
import { parseRange } from '../input/parse-range.ts';
import { paging } from '../lists/paging.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import { AuditList, AuditParameters } from './audit-schema.ts';
import { auditView } from './audit-view.ts';

/** `GET /v1/audit`: who changed what, and when. */
export const audit: Routes = (app, services) => {
  const { database, directory } = services;
  const parameters = Object.keys(AuditParameters.properties);

  app.get(
    '/v1/audit',
    {
      schema: {
        operationId: 'listAudit',
        summary: 'List the changes of an account, newest first',
        description:
          'Changes of the last 400 days, made over the API or by Hooktrail itself. Never contains secrets.',
        tags: ['Audit'],
        querystring: AuditParameters,
        response: { 200: AuditList, ...errorAnswers(400, 404) },
      },
    },
    async (request, reply) => {
      const { caller, query } = request;
      const accountId = accountOf(directory, caller, query.account_id);
      const range = parseRange(query);
      const pages = paging(services, { list: 'audit', owner: accountId, sort: '' }, parameters);
      const page = await listAudit(database, {
        accountId,
        filters: { operation: query['filter[operation]'] },
        ...range,
        page: pages.request(query),
      });
      return {
        audit: page.rows.map((row) => auditView(row, caller)),
        ...pages.answer(page, request, reply),
      };
    },
  );
};
