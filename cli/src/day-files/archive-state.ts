import type { LogState } from '@hooktrail/server/log-state';
import type { Walk } from '@hooktrail/server/poll-walk';

/** A webhook of the account, and how far its log is read. */
export interface LogProgress extends LogState {
  readonly name: string;
  /** When the account had it no more. */
  readonly goneMs: number | null;
  /** Whether its log was read for the last time. */
  readonly ended: boolean;
  /** A poll that goes on, and a walk over all seven days. */
  readonly walk: Walk | null;
  readonly fullWalk: Walk | null;
  /** When the last walk over all seven days began. */
  readonly walkedMs: number | null;
  /** When its log could last not be read. */
  readonly failedMs?: number;
}

/** What the folder of an archive says about itself: `state.json`. */
export interface ArchiveState {
  readonly version: 1;
  /** The account: one folder has one. */
  readonly server: string;
  /** Of each file, how many bytes are the archive's. What is behind them was cut off by a kill. */
  readonly files: Readonly<Record<string, number>>;
  readonly webhooks: Readonly<Record<string, LogProgress>>;
  /** How far the queues of bodies are done, in bytes. */
  readonly fetched: Readonly<Record<string, number>>;
  readonly rateLimit: number | null;
  /** What no run has reported yet: gaps by the length of their file, and bodies that were lost. */
  readonly reportedGaps: number;
  readonly lostBodies: number;
}

/** The state of a folder that is new. */
export const newState = (server: string): ArchiveState => ({
  version: 1,
  server,
  files: {},
  webhooks: {},
  fetched: {},
  rateLimit: null,
  reportedGaps: 0,
  lostBodies: 0,
});
