import type { Open } from './open.ts';

/** The secret that signs a webhook's deliveries. */
export interface SigningSecret {
  /** The secret. Its text is the key: do not decode it. */
  secret: string;
  /** The hash function, `SHA256`. */
  algorithm: Open<'SHA256'>;
}

/** A new signing secret, and how long the previous one stays valid. */
export interface RotatedSecret extends SigningSecret {
  /** Until then, deliveries carry a Standard Webhooks signature by the previous secret too. */
  previousUntil?: Date;
}
