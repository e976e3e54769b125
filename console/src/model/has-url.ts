/** Whether notices of routes of a kind are posted to a URL of their own. */
export const hasUrl = (kind: string): boolean => kind === 'slack' || kind === 'alertmanager';
