import type { WebhookAuthenticationInput } from '@hooktrail/sdk';
import type { Behaviour } from './behaviour.ts';

/** A webhook of the demo: what it subscribes to, how its endpoint behaves and what must come of it. */
export interface Scene {
  /** The webhook's name. */
  readonly name: string;
  readonly subscription: string;
  readonly authentication?: WebhookAuthenticationInput;
  /** How its endpoint behaves; `closed` is a port where nobody listens. */
  readonly behaviour: Behaviour | 'closed';
  readonly expected: {
    /** Of every invocation. */
    readonly status: 'success' | 'client error' | 'failed' | 'timeout';
    readonly statusCode?: number;
    /** How every attempt's message begins. */
    readonly errorMessage?: string;
    /** How many attempts the demo waits for: exactly as many where they end in success. */
    readonly attempts: number;
  };
}
