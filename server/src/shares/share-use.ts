import type { Shares } from './shares.ts';

/** How much is taken of something that is shared by accounts. */
export interface ShareUse {
  readonly used: number;
  readonly total: number;
  /** What the account holds that holds most. */
  readonly largest: number;
}

/** Reads how much is taken. */
export function useOf({ largest, total, used }: Shares): ShareUse {
  return { largest, total, used };
}
