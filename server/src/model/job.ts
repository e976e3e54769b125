/** What a job does to what its query selects. */
export const JOB_KINDS = ['replay', 'resend', 'export', 'erase'] as const;
export type JobKindName = (typeof JOB_KINDS)[number];

/**
 * The states of a job:
 *
 * waiting -> selecting -> running -> done
 *
 * A job that waits stands in line: few of an account are at work at once. From each state before `done`
 * people pause or cancel it; it stops itself (`stopped`) with a reason. A paused or stopped job that is
 * resumed stands in line again, and goes on where it was. `cancelled` and `done` are final.
 */
export const JOB_STATES = [
  'waiting',
  'selecting',
  'running',
  'paused',
  'stopped',
  'cancelled',
  'done',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** The states in which a node works through a job, of which an account has few at once. */
export const STATES_AT_WORK = ['selecting', 'running'] as const;

/** Where a job is taken up. */
export type JobStage = (typeof STATES_AT_WORK)[number];

/**
 * Jobs of one account at work at once. Each of them reads or sends a page every 100 ms; what waits longer
 * is told so.
 */
export const MOST_AT_WORK = 4;

/** Jobs of one account that have not ended. */
export const MOST_OPEN = 20;

/** Why a job stopped itself, or what it waits for. */
export const JOB_REASONS = [
  'canary',
  'stop_on',
  'error',
  'line',
  'folder',
  'store',
  'limit',
] as const;
export type JobReason = (typeof JOB_REASONS)[number];
