/**
 * Who may set a header of outbound requests:
 *
 * - `ours`: it belongs to the connection, or only Hooktrail sets it.
 * - `default`: Hooktrail sets it, unless `custom_headers` does. Credentials must not.
 * - `free`: either the credentials or `custom_headers`.
 */
export type HeaderRule = 'ours' | 'default' | 'free';

const RULES: ReadonlyMap<string, HeaderRule> = new Map([
  ['accept', 'default'],
  ['connection', 'ours'],
  ['content-length', 'ours'],
  ['content-type', 'default'],
  ['expect', 'ours'],
  ['host', 'ours'],
  ['keep-alive', 'ours'],
  ['proxy-authenticate', 'ours'],
  ['proxy-authorization', 'ours'],
  ['proxy-connection', 'ours'],
  ['te', 'ours'],
  ['trailer', 'ours'],
  ['transfer-encoding', 'ours'],
  ['upgrade', 'ours'],
  ['user-agent', 'default'],
  ['webhook-id', 'ours'],
  ['webhook-signature', 'ours'],
  ['webhook-timestamp', 'ours'],
  ['x-hooktrail-job', 'ours'],
  ['x-hooktrail-resend', 'ours'],
  ['x-hooktrail-resend-signature', 'ours'],
  ['x-zendesk-account-id', 'ours'],
]);

/**
 * The one rule for each header name, in any letter case: asked when a webhook is saved or tested,
 * and when its requests are composed (spec/contract.md, "The outbound request").
 */
export function headerRule(name: string): HeaderRule {
  const lower = name.toLowerCase();
  if (isOurs(lower)) return 'ours';
  // Receivers by the rule of CGI (PHP, WSGI, Rack) read X_Zendesk_Webhook_Id as X-Zendesk-Webhook-Id.
  if (lower.includes('_') && isOurs(lower.replaceAll('_', '-'))) return 'ours';
  return RULES.get(lower) ?? 'free';
}

function isOurs(name: string): boolean {
  return RULES.get(name) === 'ours' || name.startsWith('x-zendesk-webhook-');
}
