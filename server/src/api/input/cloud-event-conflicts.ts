import type { CloudEventRules } from '../../model/rules.ts';
import type { Webhook } from '../../model/webhook.ts';
import { cut } from '../errors/cut.ts';

/** What stands against CloudEvents in the settings of a webhook. */
interface Conflict {
  /** The field of the webhook, as bodies spell it. */
  readonly field: string;
  readonly message: string;
}

/**
 * Why a webhook with these settings cannot send CloudEvents by such rules; empty: it can. They are POST
 * with JSON, and their headers are set by nobody else.
 */
export function cloudEventConflicts(
  { mode }: CloudEventRules,
  settings: Pick<Webhook, 'authentication' | 'customHeaders' | 'httpMethod' | 'requestFormat'>,
): Conflict[] {
  const { authentication, customHeaders, httpMethod, requestFormat } = settings;
  const conflicts: Conflict[] = [];
  if (httpMethod !== 'POST') {
    conflicts.push({ field: 'http_method', message: `must be POST, got ${httpMethod}` });
  }
  if (requestFormat !== 'json') {
    conflicts.push({ field: 'request_format', message: `must be json, got ${requestFormat}` });
  }
  for (const [name, value] of Object.entries(customHeaders ?? {})) {
    const field = `custom_headers.${cut(name)}`;
    if (isTaken(name, mode)) {
      conflicts.push({ field, message: 'must not be set: it is a header of the CloudEvent' });
    } else if (name.toLowerCase() === 'content-type' && STRUCTURED.test(value)) {
      const message = 'must not begin with application/cloudevents: that means structured mode';
      conflicts.push({ field, message });
    }
  }
  if (authentication?.type === 'api_key' && isTaken(authentication.data.name, mode)) {
    const message = 'must have another data.name: that is a header of the CloudEvent';
    if (authentication.addPosition === 'header') {
      conflicts.push({ field: 'authentication', message });
    }
  }
  return conflicts;
}

/** By this a receiver tells the modes apart (HTTP binding, 3). */
const STRUCTURED = /^\s*application\/cloudevents/i;

function isTaken(name: string, mode: CloudEventRules['mode']): boolean {
  const lower = name.toLowerCase().replaceAll('_', '-');
  if (lower.startsWith('ce-') || lower === 'webhook-request-origin') return true;
  return mode === 'structured' && lower === 'content-type';
}
