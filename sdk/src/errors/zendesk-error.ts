/**
 * The base of every error this package throws on purpose: `error instanceof ZendeskError` tells
 * them from programming mistakes. Always one of its subclasses.
 */
export abstract class ZendeskError extends Error {}
