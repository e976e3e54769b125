import type { WebhookAuthenticationInput } from '@hooktrail/sdk';
import type { Behaviour } from './behaviour.ts';

/** A webhook of the demo: its subscription, how its endpoint behaves, and the expected outcome. */
export interface Scene {
  /** The webhook's name. */
  readonly name: string;
  readonly subscription: string;
  readonly authentication?: WebhookAuthenticationInput;
  /** How its endpoint behaves; `closed` is a port that refuses connections. */
  readonly behaviour: Behaviour | 'closed';
  readonly expected: {
    /** The status of every invocation. */
    readonly status: 'success' | 'client error' | 'failed' | 'timeout';
    readonly statusCode?: number;
    /** The beginning of every attempt's message. */
    readonly errorMessage?: string;
    /** The attempts that the demo waits for; successful invocations have exactly as many. */
    readonly attempts: number;
  };
}
