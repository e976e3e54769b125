import type { AlertMessage } from './alert-message.ts';

/** An alert of version 2 of the API of Alertmanager (`postableAlert`). */
export interface AlertmanagerAlert {
  /** Which alert it is: the same from its beginning to its end. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

/** How long a test is shown. */
const TEST_MS = 60_000;

/**
 * A message as Alertmanager takes it. Names can change while an alert is open, so they are annotations and ids are
 * labels. Without `endsAt` Alertmanager takes an alert for over at the end of its `resolve_timeout`, 5 minutes by
 * default, unless it is posted again.
 */
export function alertmanagerAlert(message: AlertMessage): AlertmanagerAlert {
  const { advice, kind, node, source, startedAtMs, summary, transition, url, webhook } = message;
  const endsAtMs = transition === 'test' ? startedAtMs + TEST_MS : message.resolvedAtMs;
  const labels = {
    alertname: `Hooktrail${camelCase(kind)}`,
    severity: message.severity,
    account: String(message.accountId),
    kind,
    subject: message.subject,
    ...(webhook !== undefined && { webhook: webhook.id }),
    ...(source !== undefined && { source: source.id }),
    ...(message.jobId !== undefined && { job_id: message.jobId }),
    ...(node !== undefined && { node }),
  };
  const annotations = {
    summary,
    description: advice,
    alert_id: message.alertId,
    ...(webhook !== undefined && { webhook_name: webhook.name }),
    ...(source !== undefined && { source_name: source.name }),
  };
  return {
    labels: filled(labels),
    annotations: filled(annotations),
    startsAt: new Date(startedAtMs).toISOString(),
    ...(endsAtMs !== undefined && { endsAt: new Date(endsAtMs).toISOString() }),
    ...(url.startsWith('http') && { generatorURL: url }),
  };
}

/** Alertmanager removes empty labels, and refuses an alert without any. */
function filled(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function camelCase(kind: string): string {
  return kind.replace(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
