/** A function in a profile of V8. */
interface Frame {
  readonly functionName: string;
  readonly url: string;
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }[];
  /** The node of each sample. */
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
  /** Microseconds of the machine's monotonic clock. */
  readonly startTime: number;
}

/** Samples of a thread while it worked, and those of them within some functions. */
export interface ProfileShare {
  readonly samples: number;
  readonly within: number;
}

/**
 * Counts the samples of a CPU profile (`.cpuprofile`) between two times of `monotonicUs` in which the thread worked,
 * and those in some functions or in what these called. Functions that V8 compiled into their callers count as these: the
 * options `--no-turbo-inlining --no-maglev-inlining` prevent it. Samples are counted and not timed: the time that the machine gave to others is in none.
 */
export function profileShare(
  profile: string,
  [fromUs, untilUs]: readonly [fromUs: number, untilUs: number],
  isCounted: (frame: Frame) => boolean,
): ProfileShare {
  const { nodes, samples, startTime, timeDeltas } = JSON.parse(profile) as Profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const counted = new Set<number>();
  const idle = new Set<number>();
  const pending = nodes.filter(({ callFrame }) => isCounted(callFrame)).map(({ id }) => id);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (counted.has(id)) continue;
    counted.add(id);
    pending.push(...(byId.get(id)?.children ?? []));
  }
  for (const { callFrame, id } of nodes) if (callFrame.functionName === '(idle)') idle.add(id);
  let atUs = startTime;
  let worked = 0;
  let within = 0;
  for (const [place, id] of samples.entries()) {
    atUs += timeDeltas[place] ?? 0;
    if (atUs < fromUs || atUs > untilUs || idle.has(id)) continue;
    worked++;
    if (counted.has(id)) within++;
  }
  return { samples: worked, within };
}
