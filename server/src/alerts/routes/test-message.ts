import type { AlertMessage } from './alert-message.ts';

/** The message of a test. Its id is that of no alert. */
export function testMessage(
  { accountId, id, name, nowMs }: TestOf,
  publicUrl: string | undefined,
): AlertMessage {
  return {
    id: `${id}.test`,
    transition: 'test',
    alertId: id,
    accountId,
    kind: 'test',
    severity: 'warning',
    subject: 'test',
    summary: `This is a test of the alert route ${JSON.stringify(name)}: nothing happened`,
    advice: 'There is nothing to do. Alerts look like this.',
    url: `${publicUrl ?? ''}/console/alerts`,
    value: 0,
    threshold: 0,
    startedAtMs: nowMs,
    openedAtMs: nowMs,
    resolvedAtMs: undefined,
  };
}

interface TestOf {
  readonly accountId: number;
  /** A new id, of this test. */
  readonly id: string;
  /** Of the route. */
  readonly name: string;
  readonly nowMs: number;
}
