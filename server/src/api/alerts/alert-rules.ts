import { ALERT_KINDS, type AlertKind } from '../../model/alert.ts';
import { actOf } from '../callers/act-of.ts';
import { notFound } from '../errors/not-found.ts';
import { errorAnswers } from '../schema/error-schema.ts';
import type { Routes } from '../services/routes.ts';
import {
  AlertRuleBody,
  AlertRuleList,
  AlertRuleParams,
  AlertRulePatch,
} from './alert-rule-schema.ts';
import { alertRuleView } from './alert-rule-view.ts';
import { checkAlertRule } from './check-alert-rule.ts';

/** The rules by which alerts open. */
export const alertRules: Routes = (app, { alerts }) => {
  const tags = ['Alerts'];

  app.get(
    '/v1/alert-rules',
    {
      schema: {
        operationId: 'listAlertRules',
        summary: 'List the rules by which alerts open',
        description: 'One for each kind: those that nobody changed have defaults.',
        tags,
        response: { 200: AlertRuleList, ...errorAnswers() },
      },
    },
    async ({ caller }) => ({ rules: (await alerts.rules(caller.accountId)).map(alertRuleView) }),
  );

  app.patch(
    '/v1/alert-rules/:kind',
    {
      schema: {
        operationId: 'patchAlertRule',
        summary: 'Change a rule',
        description:
          'It applies from the next evaluation on: they are 15 seconds apart. An alert that is open keeps its severity and its threshold, and resolves by the new rule.',
        tags,
        params: AlertRuleParams,
        body: AlertRulePatch,
        response: { 200: AlertRuleBody, ...errorAnswers(400, 404, 413, 415, 422) },
      },
    },
    async (request) => {
      const { kind } = request.params;
      if (!isKind(kind)) throw notFound('alert rule', kind, 'kind');
      const change = checkAlertRule(kind, request.body);
      const { accountId } = request.caller;
      return {
        rule: alertRuleView(await alerts.changeRule(accountId, kind, change, actOf(request))),
      };
    },
  );
};

const isKind = (text: string): text is AlertKind =>
  (ALERT_KINDS as readonly string[]).includes(text);
