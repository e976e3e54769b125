/** A screen of the navigation: `g` and then its letter leads there. */
export interface Place {
  readonly path: string;
  readonly name: string;
  readonly key: string;
  readonly group: 'trail' | 'account';
}

/** The screens, in the order of the navigation. */
export const PLACES: readonly Place[] = [
  { path: '/console/', name: 'Overview', key: 'o', group: 'trail' },
  { path: '/console/alerts', name: 'Alerts', key: 'b', group: 'trail' },
  { path: '/console/invocations', name: 'Invocations', key: 'i', group: 'trail' },
  { path: '/console/undelivered', name: 'Undelivered', key: 'u', group: 'trail' },
  { path: '/console/jobs', name: 'Jobs', key: 'j', group: 'trail' },
  { path: '/console/webhooks', name: 'Webhooks', key: 'w', group: 'trail' },
  { path: '/console/events', name: 'Events', key: 'e', group: 'trail' },
  { path: '/console/sources', name: 'Sources', key: 'r', group: 'trail' },
  { path: '/console/inboxes', name: 'Inboxes', key: 'l', group: 'trail' },
  { path: '/console/publish', name: 'Publish', key: 'p', group: 'trail' },
  { path: '/console/tokens', name: 'Tokens', key: 't', group: 'account' },
  { path: '/console/audit', name: 'Audit', key: 'a', group: 'account' },
  { path: '/console/account', name: 'Account', key: 'c', group: 'account' },
  { path: '/console/storage', name: 'Storage', key: 's', group: 'account' },
];
