import type { Runner } from '../database/database.ts';
import type { Backlog } from '../deliver/claim/backlogs.ts';
import type { Directory } from '../directory/directory.ts';
import type { Broken } from '../gates/breakers.ts';
import type { Clock } from '../model/clock.ts';
import { firstIdAt } from '../model/ids.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../model/time-units.ts';
import type { Webhook } from '../model/webhook.ts';
import { readSourceProblems } from '../sql/read-source-problems.ts';
import { readStoppedJobs, type StoppedJobRow } from '../sql/read-stopped-jobs.ts';
import type { FailingWebhook, FailingWebhooks } from './failing-webhooks.ts';
import { type SourceProblem, sourceProblems } from './source-problems.ts';

/** The kinds of problems, the worst first. */
export const PROBLEM_KINDS = [
  'breaker',
  'job',
  'failing',
  'source',
  'gap',
  'backlog',
  'inactive',
  'paused',
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** Something that people may have to put right. */
export type Problem =
  | { readonly kind: 'breaker'; readonly webhook: Webhook; readonly broken: Broken }
  | { readonly kind: 'job'; readonly job: StoppedJobRow }
  | { readonly kind: 'failing'; readonly webhook: Webhook; readonly failing: FailingWebhook }
  | { readonly kind: 'backlog'; readonly webhook: Webhook; readonly backlog: Backlog }
  | { readonly kind: 'inactive' | 'paused'; readonly webhook: Webhook }
  | SourceProblem;

/** What is wrong with an account now. */
export interface FoundProblems {
  /** The first of each kind. */
  readonly problems: readonly Problem[];
  /** How many there are of each kind. */
  readonly counts: Readonly<Record<ProblemKind, number>>;
  readonly webhooks: number;
  /** Of how many webhooks the attempts were counted so far. */
  readonly counted: number;
  readonly atMs: number;
}

interface Parts {
  readonly clock: Clock;
  readonly database: Runner;
  readonly directory: Pick<Directory, 'version' | 'webhooksInOrder'>;
  /** Measures how old an answer is: the clock of the database may be set back. */
  readonly monotonic?: () => number;
  readonly failing: FailingWebhooks;
  readonly brokenOf: (webhookId: string) => Broken | undefined;
  readonly backlogOf: (webhookId: string) => Backlog | undefined;
}

/** Nobody reads more of one kind; their number is counted. */
export const MOST_OF_KIND = 50;

/** Quiet webhooks of a source are read every 15 minutes, or more rarely where that costs too many requests. */
const BEHIND_MS = HOUR_MS;

/** Nobody can put a gap right: after a week it is history. */
const GAPS_MS = 7 * DAY_MS;

/** All who look at an account within this time get one answer, unless its webhooks change. */
const SHARED_MS = 2 * SECOND_MS;

interface Shared {
  /** By the monotonic clock. */
  readonly untilMs: number;
  /** Of the account's directory: who pauses a webhook sees it in the next answer. */
  readonly version: number;
  readonly found: Promise<FoundProblems>;
}

/**
 * What is wrong with an account: from the memory of this node (webhooks, breakers, what the sweep found),
 * from rollups, and two small statements about jobs and sources. Looking at 100,000 webhooks takes some 20 ms, and all
 * who ask within 2 s share it.
 */
export class Problems {
  readonly #parts: Parts;
  /** The oldest first. */
  readonly #shared = new Map<number, Shared>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  of(accountId: number): Promise<FoundProblems> {
    const { clock, monotonic = () => performance.now() } = this.#parts;
    const elapsedMs = monotonic();
    for (const [id, { untilMs }] of this.#shared) {
      if (untilMs > elapsedMs) break;
      this.#shared.delete(id);
    }
    const version = this.#parts.directory.version(accountId);
    const shared = this.#shared.get(accountId);
    if (shared?.version === version) return shared.found;
    const found = this.#find(accountId, clock.now());
    const mine = { untilMs: elapsedMs + SHARED_MS, version, found };
    // It moves to the end: the first one that is not over ends the look for those that are.
    this.#shared.delete(accountId);
    this.#shared.set(accountId, mine);
    // A failure is shared by those who waited for it, not by the next one.
    found.catch(() => {
      if (this.#shared.get(accountId) === mine) this.#shared.delete(accountId);
    });
    return found;
  }

  async #find(accountId: number, nowMs: number): Promise<FoundProblems> {
    const { backlogOf, brokenOf, database, directory, failing } = this.#parts;
    const ordered = await directory.webhooksInOrder(accountId, 'id');
    const webhooks = ordered.map(({ webhook }) => webhook);
    const behindMs = nowMs - BEHIND_MS;
    const gapsAbove = firstIdAt(nowMs - GAPS_MS);
    const [jobs, sources, failures] = await Promise.all([
      database.run(readStoppedJobs, accountId),
      database.run(readSourceProblems, { accountId, gapsAbove, behindMs }),
      failing.of(
        accountId,
        webhooks.map(({ id }) => id),
      ),
    ]);
    const byKind: Record<ProblemKind, Problem[]> = {
      breaker: [],
      job: jobs.map((job) => ({ kind: 'job', job })),
      failing: [],
      source: [],
      gap: [],
      backlog: [],
      inactive: [],
      paused: [],
    };
    for (const problem of sourceProblems(sources, behindMs)) byKind[problem.kind].push(problem);
    for (const webhook of webhooks) {
      const { id } = webhook;
      const broken = brokenOf(id);
      if (broken !== undefined) byKind.breaker.push({ kind: 'breaker', webhook, broken });
      const failed = failures.failing.get(id);
      if (failed !== undefined) byKind.failing.push({ kind: 'failing', webhook, failing: failed });
      const backlog = backlogOf(id);
      if (backlog !== undefined) byKind.backlog.push({ kind: 'backlog', webhook, backlog });
      if (webhook.status === 'inactive') byKind.inactive.push({ kind: 'inactive', webhook });
      else if (webhook.paused !== undefined) byKind.paused.push({ kind: 'paused', webhook });
    }
    const failedOf = (one: Problem) => (one.kind === 'failing' ? one.failing.failed : 0);
    const sinceOf = (one: Problem) => (one.kind === 'backlog' ? one.backlog.sinceMs : 0);
    byKind.failing.sort((one, other) => failedOf(other) - failedOf(one));
    byKind.backlog.sort((one, other) => sinceOf(one) - sinceOf(other));
    return {
      problems: PROBLEM_KINDS.flatMap((kind) => byKind[kind].slice(0, MOST_OF_KIND)),
      counts: Object.fromEntries(
        PROBLEM_KINDS.map((kind) => [kind, byKind[kind].length]),
      ) as Record<ProblemKind, number>,
      webhooks: webhooks.length,
      counted: failures.counted,
      atMs: nowMs,
    };
  }
}
