import type { AddCommand } from '../session/act.ts';
import { addHistory } from './alerts/add-history.ts';
import { addMutes } from './alerts/add-mutes.ts';
import { addRoutes } from './alerts/add-routes.ts';
import { addRules } from './alerts/add-rules.ts';

/** What was found bad, what counts as bad, and who is notified. */
export const alerts: AddCommand = (parent, act) => {
  const group = parent
    .command('alerts')
    .description(
      'Alerts: what was found bad, the rules that decide it, mutes, and the routes that notify people (docs/alerts.md).',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ hooktrail alerts --state open
  $ hooktrail alerts --state open --exit-code --output csv || mail -s 'open alerts' ops@example.com < /dev/null
  $ hooktrail alerts ack 01KB8YQ6T5B3S8D1F4G7H9J2KM --note 'the endpoint is being moved'
  $ hooktrail alerts mute --webhook Orders --for 2h
  $ hooktrail alerts rules set failing --threshold 0.2 --window 30m
  $ hooktrail alerts routes add Slack --kind slack --target-file url.txt
  $ hooktrail alerts routes test Slack`,
    );
  addHistory(group, act);
  addMutes(group, act);
  addRules(group, act);
  addRoutes(group, act);
};
