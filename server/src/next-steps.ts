/** What a person needs who just started a node. */
interface Start {
  /** Where the API is. */
  readonly url: string;
  /** The first token of account 1, if this start made it. */
  readonly firstToken: string | undefined;
  /** Opens the console, signed in, once. */
  readonly signInUrl: string | undefined;
}

/** Says where the API is and what to do next, for a person who started a node in a terminal. */
export function nextSteps({ url, firstToken, signInUrl }: Start): string {
  const token =
    firstToken === undefined
      ? 'Put your token into a variable. The first start printed it, or HOOKTRAIL_BOOTSTRAP_TOKEN set it:'
      : 'Put the first token of account 1 into a variable. It is shown only this once:';
  return `
Hooktrail is up. Its API is at ${url}
${signInUrl === undefined ? '' : `\nOpen the console, signed in (once, within 15 minutes):\n\n  ${signInUrl}\n`}
  1. ${token}

     export TOKEN=${firstToken ?? 'ht_...'}

  2. Create a webhook:

     curl -sS ${url}/api/v2/webhooks \\
       -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
       -d '{"webhook": {"name": "orders", "endpoint": "https://example.com/hook",
            "http_method": "POST", "request_format": "json", "status": "active",
            "subscriptions": ["order.*"]}}'

  3. Publish an event, and list its deliveries:

     curl -sS ${url}/v1/events \\
       -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
       -d '{"type": "order.paid", "detail": {"number": 1001}}'

     curl -sS ${url}/api/v2/webhooks/WEBHOOK_ID/invocations \\
       -H "Authorization: Bearer $TOKEN"

README.md lists the API, docs/settings.md the settings. Ctrl-C stops the node.

`;
}
