import type { AddCommand } from '../session/act.ts';
import { addChanges } from './webhooks/add-changes.ts';
import { addDelivery } from './webhooks/add-delivery.ts';
import { addLists } from './webhooks/add-lists.ts';
import { addSecret } from './webhooks/add-secret.ts';
import { addTest } from './webhooks/add-test.ts';

/** Where and how events go. */
export const webhooks: AddCommand = (parent, act) => {
  const group = parent
    .command('webhooks')
    .description('Webhooks: where and how events go. An argument WEBHOOK is an id or a name.')
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail webhooks list
  $ hooktrail webhooks create orders https://example.com/hook --subscribe 'order.*'
  $ hooktrail webhooks health orders
  $ hooktrail webhooks pause orders
  $ hooktrail webhooks test orders --payload '{"ping": true}'
  $ hooktrail webhooks list --zendesk acme`,
    );
  addLists(group, act);
  addChanges(group, act);
  addTest(group, act);
  addDelivery(group, act);
  addSecret(group, act);
};
