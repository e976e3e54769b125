import { Type } from 'typebox';
import type { Exchange } from '../../deliver/request/exchange.ts';
import { requestRules } from '../../deliver/request/request-rules.ts';
import type { Account } from '../../model/account.ts';
import { newId } from '../../model/ids.ts';
import { PROFILES } from '../../model/profiles.ts';
import { rulesOf } from '../../model/rules-of.ts';
import { findWebhook } from '../callers/find-webhook.ts';
import { validationError } from '../errors/validation-error.ts';
import { zendeskErrorAnswers } from '../schema/error-schema.ts';
import { headerPairs } from '../schema/header-pairs.ts';
import type { Routes } from '../services/routes.ts';
import { noteWithheld } from './note-withheld.ts';
import { TrialBody, TrialResult } from './trial-schema.ts';
import { trialTarget } from './trial-target.ts';

/** Sends one test request and answers with its result. Nothing is written to the trail. */
export const trials: Routes = (app, { addressRules, clock, directory, sendTrial }) => {
  app.post(
    '/api/v2/webhooks/test',
    {
      schema: {
        operationId: 'testWebhook',
        summary: 'Test a webhook, stored or not',
        description:
          'Answers 200 whatever the endpoint answered. The test of a webhook that is not stored is signed with the secret `dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==`. So is a test to another origin than that of the stored webhook: it goes without the stored credentials and custom headers, unless the request has its own.',
        tags: ['Webhooks'],
        querystring: Type.Object({
          webhook_id: Type.Optional(
            Type.String({
              description: 'A stored webhook, which supplies the fields that the request omits.',
            }),
          ),
        }),
        body: TrialBody,
        response: { 200: TrialResult, ...zendeskErrorAnswers(400, 404, 413, 415) },
      },
    },
    async ({ body, caller, query }) => {
      const id = query.webhook_id;
      const stored =
        id === undefined ? undefined : findWebhook(directory, caller, id, 'webhook_id');
      const { request, webhook } = body ?? {};
      if (request !== undefined && webhook !== undefined) {
        throw validationError('InvalidBody', [
          {
            field: 'webhook',
            code: 'conflict',
            message: 'webhook cannot be combined with request: they are synonyms',
          },
        ]);
      }
      const input = request ?? webhook;
      if (input === undefined && stored === undefined) {
        throw validationError('InvalidBody', [
          {
            field: 'request',
            code: 'required',
            message: 'request is required unless webhook_id names a stored webhook',
          },
        ]);
      }
      const field = webhook === undefined ? 'request' : 'webhook';
      const account = directory.account(caller.accountId) as Account;
      const rules = stored === undefined ? PROFILES[account.profile] : rulesOf(stored, account);
      const { withheld, ...trial } = trialTarget(field, input ?? {}, stored, addressRules);
      const exchange = await sendTrial({
        ...trial,
        accountId: caller.accountId,
        webhookId: stored?.id ?? newId(clock.now()),
        ...requestRules(rules),
      });
      return noteWithheld(testResult(exchange), withheld);
    },
  );
};

function testResult({ status, response, errorMessage }: Exchange): TrialResult {
  if (response === undefined) {
    const message = errorMessage ?? 'the endpoint did not answer';
    // zenpy finds the type of the answer by the key `response`.
    return { response: { headers: [], payload: message }, test: { status, message } };
  }
  const { statusCode, headers, body } = response;
  const answered = `the endpoint answered ${statusCode}`;
  return {
    response: { status_code: statusCode, headers: headerPairs(headers), payload: body },
    test: {
      status,
      message: errorMessage === undefined ? answered : `${answered}; ${errorMessage}`,
      response_code: statusCode,
      response_body: body,
    },
  };
}
