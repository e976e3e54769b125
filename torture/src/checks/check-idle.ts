/** The share of one core that an idle process may use. */
const CPU_SHARE = 0.2;
/** To the database each process is a node: it sweeps two lanes a second, and keeps its clock and its listener alive. */
const TRANSACTIONS_PER_PROCESS = 10;

/** What the nodes used while nothing was published. */
export interface IdleFigures {
  readonly seconds: number;
  readonly transactions: number;
  /** Of each node; undefined without /proc. */
  readonly cpuSeconds: readonly (number | undefined)[];
  readonly waiting: number;
  readonly leased: number;
}

/** Afterwards, idle nodes are idle: each with so many processes. */
export function checkIdle(idle: IdleFigures, processesOfNode: number): string[] {
  const { cpuSeconds, leased, seconds, transactions, waiting } = idle;
  const broken: string[] = [];
  const perSecond = transactions / seconds;
  if (perSecond > TRANSACTIONS_PER_PROCESS * processesOfNode * cpuSeconds.length) {
    broken.push(`the idle nodes made ${perSecond.toFixed(1)} transactions a second`);
  }
  cpuSeconds.forEach((used, index) => {
    if (used === undefined || used / seconds <= CPU_SHARE * processesOfNode) return;
    broken.push(`idle node ${index + 1} took ${((used / seconds) * 100).toFixed(0)} % of a core`);
  });
  if (waiting > 0 || leased > 0) {
    broken.push(`${waiting} invocations wait and ${leased} are leased on idle nodes`);
  }
  return broken;
}
