import type { Webhook, WebhookInvocation } from '@hooktrail/sdk';

/** A request that the demo suggests to try. */
export interface CurlLine {
  readonly title: string;
  readonly url: string;
  readonly line: string;
  /** The list that its answer must hold, and the number of its items. */
  readonly answer: { readonly list: string; readonly items: number };
}

/** Requests that explore the trail, ready to paste into a shell. */
export function curlLines(
  baseUrl: string,
  token: string,
  {
    webhooks,
    webhook,
    invocation,
  }: { webhooks: number; webhook: Webhook; invocation: WebhookInvocation },
): CurlLine[] {
  const base = `${baseUrl}/api/v2/webhooks`;
  const invocations = `${base}/${webhook.id}/invocations`;
  const filter = `filter[status]=${encodeURIComponent(invocation.status)}&page[size]=5`;
  return [
    { title: 'the webhooks', url: base, answer: { list: 'webhooks', items: webhooks } },
    {
      title: `the latest five of "${webhook.name}" that are "${invocation.status}"`,
      url: `${invocations}?${filter}`,
      answer: { list: 'invocations', items: 5 },
    },
    {
      title: 'the attempts of the failed invocation above',
      url: `${invocations}/${invocation.id}/attempts`,
      answer: { list: 'attempts', items: invocation.attemptsCount },
    },
  ].map((request) => ({
    ...request,
    // Without -g, curl reads brackets as ranges. The quotes hide brackets and & from the shell.
    line: `curl -gsS -H 'Authorization: Bearer ${token}' '${request.url}'`,
  }));
}
