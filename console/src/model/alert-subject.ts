/** What an alert is about, with the screen that shows it. */
export interface AlertSubject {
  readonly name: string;
  readonly href: string;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The part of an alert that says what it is about. */
export interface AboutSomething {
  readonly kind: string;
  readonly webhook?: Named | undefined;
  readonly source?: Named | undefined;
  readonly job?: { readonly id: string } | undefined;
  readonly node?: string | undefined;
}

/**
 * What an alert is about: a webhook, a source, a job, a node, the storage or the whole account.
 *
 * @param jobNames What jobs do, by id; a job that is not among them is named by its id.
 */
export function alertSubject(
  { job, kind, node, source, webhook }: AboutSomething,
  jobNames: ReadonlyMap<string, string> = new Map(),
): AlertSubject {
  if (webhook) return { name: webhook.name, href: `/console/webhooks/${webhook.id}` };
  if (source) return { name: source.name, href: `/console/sources/${source.id}` };
  if (job) {
    const name = jobNames.get(job.id) ?? `job ${job.id}`;
    return { name, href: `/console/jobs/${job.id}` };
  }
  if (node !== undefined) return { name: `node ${node}`, href: '/console/storage' };
  if (kind === 'storage') return { name: 'the storage', href: '/console/storage' };
  return { name: 'the account', href: '/console/undelivered' };
}
