import type { ListedWebhook } from './listed-invocation.ts';
import type { Open } from './open.ts';

/** What is wrong: a breaker that is not closed, a job that stopped itself, a webhook that fails, a source. */
export type ProblemKind = Open<
  'breaker' | 'job' | 'failing' | 'source' | 'gap' | 'backlog' | 'inactive' | 'paused'
>;

/** Something that people may have to put right. */
export interface Problem {
  /** What it is about. */
  kind: ProblemKind;
  /** For people. */
  explanation: string;
  /** The webhook; absent where it is about a job or a source. */
  webhook?: Pick<ListedWebhook, 'id' | 'name'>;
  /** The source that is not read, is behind or has gaps. */
  source?: { id: string; name: string };
  /** The job that stopped itself. */
  job?: { id: string; kind: string };
  /** Why a job stopped itself. */
  reasonCode?: string;
  /**
   * Since when the breaker is open, the oldest due invocation waits, the webhook does not send, or nothing of
   * the source is complete; when the latest gap was found.
   */
  since?: Date;
  /** When a breaker lets one probe out. */
  nextProbeAt?: Date;
  /** Of a backlog: whether the oldest waits longer than half a minute ago. */
  growing?: boolean;
  /** Of a failing webhook: its attempts of the last 24 hours. */
  attempts?: number;
  /** Of a failing webhook: how many of them failed. */
  failed?: number;
}

/** What is wrong with the account now. */
export interface Problems {
  /** The worst kind first, at most 50 of each. */
  problems: Problem[];
  /** How many there are of each kind. */
  counts: Record<string, number>;
  /** About the look. */
  meta: {
    /** When the node looked. */
    at: Date;
    /** How many webhooks the account has. */
    webhooks: number;
    /** Of how many of them attempts were counted so far. */
    counted: number;
  };
}
