import { view } from '../output/view.ts';

/** The steps of an invocation. */
export const timelineView = view(
  'at',
  [['at', 'time'], 'what', 'message'],
  ['attempt_id', 'method', 'url'],
);
