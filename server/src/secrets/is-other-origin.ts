/** Whether a request to `endpoint` would leave the origin of `stored`. In doubt it would. */
export function isOtherOrigin(endpoint: string, stored: string): boolean {
  if (!URL.canParse(endpoint) || !URL.canParse(stored)) return endpoint !== stored;
  return new URL(endpoint).origin !== new URL(stored).origin;
}
