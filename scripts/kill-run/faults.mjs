import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from './random.mjs';

/** Past this time a stopped node's leases, 30 s, have expired. */
const LONGEST_STOP_MS = 40_000;
/** A mean of 9 s, and some kills find nothing that lives. */
const KILLS_MS = [5_000, 13_000];
const STOPS_MS = [20_000, 60_000];
const TERMINATIONS_MS = [30_000, 80_000];

/**
 * Kills, stops and restarts nodes and PostgreSQL on three tracks until the time is over, so that
 * faults coincide. `list` has every fault with its beginning and end.
 */
export class Faults {
  list = [];
  #until;

  constructor({ seed, nodes, database, until, violate }) {
    Object.assign(this, { seed, nodes, database, violate });
    this.#until = until;
  }

  async run() {
    await Promise.all([
      this.#track('kills', KILLS_MS, (random) => this.#kill(random)),
      this.#track('stops', STOPS_MS, (random) => this.#stop(random)),
      this.#track('terminations', TERMINATIONS_MS, (random) => this.#terminate(random)),
    ]);
    // The last outages end by themselves.
    for (let i = 0; i < 600 && this.list.some(({ to }) => to === undefined); i++) await sleep(100);
  }

  async #track(name, [shortest, longest], inject) {
    const random = createRandom(this.seed, name);
    for (;;) {
      const wait = random.between(shortest, longest);
      if (Date.now() + wait > this.#until) return;
      await sleep(wait);
      await inject(random);
    }
  }

  #kill(random) {
    const embedded = this.nodes.length === 1;
    const drawn = random.between(0, 1);
    const node = random.pick(this.nodes);
    if (drawn < 0.55) return this.#killNode(node);
    if (drawn < 0.7) return this.#killPostgres('a process of PostgreSQL killed', random, 'one');
    if (drawn < 0.85)
      return this.#killPostgres('PostgreSQL killed, its first process', random, 'first');
    if (embedded) this.#killNode(node);
    return this.#killPostgres('PostgreSQL killed, all processes', random, 'all');
  }

  #killNode(node) {
    if (node.pid === undefined || node.terminating) return;
    const at = Date.now();
    const kind = node.stopped ? 'node killed while it was stopped' : 'node killed';
    this.list.push({ kind, target: node.name, from: at, to: at, death: true });
    node.kill();
  }

  #killPostgres(kind, random, which) {
    // An embedded node that stops takes its PostgreSQL with it: that must end well.
    if (this.nodes.length === 1 && this.nodes[0].terminating) return;
    const found = this.database.processes();
    if (found === undefined) return;
    const { postmaster, children } = found;
    const victims =
      which === 'first'
        ? [postmaster]
        : which === 'all'
          ? [postmaster, ...children]
          : [random.pick(children)];
    const fault = { kind, target: 'postgres', from: Date.now(), to: undefined };
    for (const pid of victims) {
      try {
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      } catch {
        // A backend that has ended since.
      }
    }
    this.list.push(fault);
    // Not awaited: the next kill may come before PostgreSQL is back.
    void this.database.ready().then(() => {
      fault.to = Date.now();
    });
  }

  async #stop(random) {
    const ms = random.chance(0.35)
      ? random.between(31_000, LONGEST_STOP_MS)
      : random.between(500, 12_000);
    const node = random.pick(this.nodes);
    if (node.pid === undefined || node.terminating) return;
    const kind = ms > 30_000 ? 'node stopped past its leases' : 'node stopped for a moment';
    const fault = { kind, target: node.name, from: Date.now(), to: undefined };
    this.list.push(fault);
    await node.stopFor(ms);
    fault.to = Date.now();
  }

  async #terminate(random) {
    const node = random.pick(this.nodes);
    if (node.pid === undefined || node.stopped) return;
    const fault = { kind: 'node asked to end', target: node.name, from: Date.now(), to: undefined };
    this.list.push(fault);
    const inTime = await node.terminate();
    fault.to = Date.now();
    if (!inTime) this.violate('nodes that did not end within 75 s of SIGTERM', node.name);
  }
}
