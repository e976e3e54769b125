/** What a kind of routes is called, and what it needs. */
export const ROUTE_KINDS: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  webhook: ['A webhook of this account', 'It gets signed events, which are on the trail as any'],
  slack: ['Slack', 'A message to an incoming webhook, of Slack or of what understands the same'],
  email: ['E-mail', 'A message to some addresses, by the SMTP server of the node'],
  alertmanager: ['Alertmanager', 'The API v2 of an Alertmanager, which groups and silences'],
};
