import { createRandom, type Random } from '../create-random.ts';
import { createRemoteIds } from './remote-ids.ts';
import { HORIZON_MS, type RemoteRow } from './remote-row.ts';

/** What happens at a webhook. */
export interface TrafficProfile {
  /** Invocations an hour, at random times. */
  readonly perHour: number;
  /** How often each first outcome happens, in parts of their sum. */
  readonly outcomes: Readonly<Partial<Record<FirstOutcome, number>>>;
  /** The share of rows that are listed late, and by how much at most. */
  readonly lateShare: number;
  readonly lateUpToMs: number;
}

/** What becomes of the first attempt of an invocation; most of them end it. */
export type FirstOutcome =
  | 'success'
  | 'client error'
  | 'server error'
  | 'timeout'
  | 'failed'
  | 'terminated'
  | 'throttled'
  | 'circuit broken'
  | 'unknown';

/** Most succeed; each status that was recorded comes up within a few hundred rows. */
export const USUAL_TRAFFIC: TrafficProfile = {
  perHour: 60,
  outcomes: {
    success: 780,
    'client error': 40,
    'server error': 50,
    timeout: 20,
    failed: 15,
    terminated: 20,
    throttled: 50,
    'circuit broken': 20,
    unknown: 5,
  },
  lateShare: 0,
  lateUpToMs: 0,
};

const STATUS_CODES: Readonly<Record<string, readonly number[]>> = {
  success: [200, 200, 201, 204],
  'client error': [400, 404, 422],
  'server error': [500, 502, 503],
  // Recorded: the service gave up on an endpoint that answered 403.
  terminated: [403],
};

const UNSENT: readonly string[] = ['throttled', 'circuit broken'];

/** Throttled invocations came back within about eight minutes. */
const THROTTLED_MS = 8 * 60_000;

/** The list has a row within seconds of its completion. */
const USUAL_LAG_MS = 2_000;

/** The invocations of one webhook: which there are, and the rows that they become. */
export class Traffic {
  readonly #random: Random;
  readonly #newId: (atMs: number) => string;
  #profile: TrafficProfile | undefined;
  /** When the next invocation is created. */
  #nextMs = Number.POSITIVE_INFINITY;

  constructor(seed: number, stream: string) {
    this.#random = createRandom(seed, `traffic ${stream}`);
    this.#newId = createRemoteIds(seed, `invocations ${stream}`);
  }

  /** From now on; undefined for silence. */
  set(profile: TrafficProfile | undefined, nowMs: number): void {
    this.#profile = profile;
    this.#nextMs = nowMs;
    this.#draw();
  }

  /** The rows of what was created until now; some complete later. */
  until(nowMs: number): RemoteRow[] {
    const rows: RemoteRow[] = [];
    while (this.#profile !== undefined && this.#nextMs <= nowMs) {
      rows.push(...this.#rowsOf(this.#nextMs, this.#profile));
      this.#draw();
    }
    return rows;
  }

  /** Invocations all at once: in equal distances over the span that begins now. */
  burst(count: number, overMs: number, nowMs: number): RemoteRow[] {
    const profile = this.#profile ?? USUAL_TRAFFIC;
    return Array.from({ length: count }, (_, index) =>
      this.#rowsOf(Math.floor(nowMs + (index * overMs) / count), profile),
    ).flat();
  }

  #draw(): void {
    const perHour = this.#profile?.perHour ?? 0;
    const unit = this.#random.whole(1, 2 ** 30) / 2 ** 30;
    this.#nextMs += perHour === 0 ? Number.POSITIVE_INFINITY : gapMs(unit, perHour);
  }

  #rowsOf(createdMs: number, profile: TrafficProfile): RemoteRow[] {
    const random = this.#random;
    const id = this.#newId(createdMs);
    const outcome = pickOutcome(random, profile);
    const rows: RemoteRow[] = [];
    let finishedMs = createdMs + random.whole(80, 4_000);
    const push = (status: string) => {
      const completedAtMs = finishedMs - (finishedMs % 1_000);
      const codes = STATUS_CODES[status];
      const late = profile.lateShare > 0 && random.chance(profile.lateShare);
      rows.push({
        id,
        status,
        ...(codes === undefined ? {} : { statusCode: random.pick(codes) }),
        completedAtMs,
        listedAtMs: finishedMs + random.whole(0, late ? profile.lateUpToMs : USUAL_LAG_MS),
        unreadableFromMs: completedAtMs + HORIZON_MS,
        sent: !UNSENT.includes(status),
      });
    };
    push(outcome);
    if (outcome === 'throttled') {
      finishedMs += random.whole(20_000, THROTTLED_MS);
      push(random.chance(0.9) ? 'success' : 'terminated');
    } else if (outcome === 'server error' || outcome === 'timeout') {
      // Retried a few times: each is one more row with the same id.
      for (let retries = random.whole(0, 4); retries > 0; retries--) {
        finishedMs += random.whole(1_000, 90_000);
        push(retries === 1 && random.chance(0.7) ? 'success' : outcome);
      }
    }
    return rows;
  }
}

function gapMs(unit: number, perHour: number): number {
  return Math.max(1, Math.round((-Math.log(unit) * 3_600_000) / perHour));
}

function pickOutcome(random: Random, { outcomes }: TrafficProfile): FirstOutcome {
  const weights = Object.entries(outcomes) as [FirstOutcome, number][];
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  let drawn = random.whole(1, sum);
  for (const [outcome, weight] of weights) {
    drawn -= weight;
    if (drawn <= 0) return outcome;
  }
  return 'success';
}
