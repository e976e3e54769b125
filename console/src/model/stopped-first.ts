const PLACES: Readonly<Record<string, number>> = { stopped: 0, paused: 1 };

/** Jobs that wait for somebody come first: those that stopped by themselves, then those that are paused. */
export const stoppedFirst = <J extends { readonly state: string }>(jobs: readonly J[]): J[] =>
  jobs.toSorted((a, b) => (PLACES[a.state] ?? 2) - (PLACES[b.state] ?? 2));
