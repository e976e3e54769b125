/** What receivers verify `v1a` signatures of a webhook with. */
export interface PublicKey {
  /** `whpk_` and the base64 of 32 bytes. */
  publicKey: string;
  /** The one before, while both sign. */
  previousPublicKey?: string;
  /** Until then, deliveries carry a signature by the previous key too. */
  previousUntil?: Date;
}
