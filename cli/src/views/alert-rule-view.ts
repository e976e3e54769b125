import { view } from '../output/view.ts';

/** Rules of alerts. */
export const alertRuleView = view(
  'kind',
  [
    'kind',
    'enabled',
    'severity',
    ['threshold', 'number'],
    'unit',
    ['minimum', 'number'],
    ['window_seconds', 'number', 'WINDOW'],
    ['hold_seconds', 'number', 'HOLD'],
    ['resolve_seconds', 'number', 'RESOLVE'],
    ['is_default', 'text', 'DEFAULT'],
  ],
  ['below', 'quiet_hours', 'description'],
);
