/**
 * The base of every error that this package throws on purpose: `error instanceof ZendeskError`
 * tells them from programming mistakes. It is always one of the subclasses.
 */
export abstract class ZendeskError extends Error {}
