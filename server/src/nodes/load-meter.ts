import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { NodeLoad } from './node-load.ts';

interface Parts {
  /** What is taken of this node's room. */
  readonly use: () => {
    readonly places: { readonly used: number; readonly total: number };
    readonly requests: { readonly used: number };
  };
  /** The first attempts so far, and the sum of their delays. */
  readonly delays: () => { readonly count: number; readonly seconds: number };
}

/** Measures how busy this process is between two calls, from counters that Node keeps anyway. */
export class LoadMeter {
  readonly #parts: Parts;
  #cpu = process.cpuUsage();
  #atMs = performance.now();
  #eventLoop: EventLoopUtilization = performance.eventLoopUtilization();
  #delays: { readonly count: number; readonly seconds: number };

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#delays = parts.delays();
  }

  read(): NodeLoad {
    const nowMs = performance.now();
    const cpu = process.cpuUsage();
    const eventLoop = performance.eventLoopUtilization();
    const delays = this.#parts.delays();
    const { places, requests } = this.#parts.use();
    const spanUs = Math.max(1, 1_000 * (nowMs - this.#atMs));
    const count = delays.count - this.#delays.count;
    const usedUs = cpu.user + cpu.system - this.#cpu.user - this.#cpu.system;
    const load = {
      cpu: rounded(usedUs / spanUs),
      event_loop: rounded(performance.eventLoopUtilization(eventLoop, this.#eventLoop).utilization),
      memory_bytes: process.memoryUsage.rss(),
      places: places.used,
      places_limit: places.total,
      requests: requests.used,
      lag_ms:
        count === 0 ? null : Math.round((1_000 * (delays.seconds - this.#delays.seconds)) / count),
    };
    this.#cpu = cpu;
    this.#atMs = nowMs;
    this.#eventLoop = eventLoop;
    this.#delays = delays;
    return load;
  }
}

function rounded(share: number): number {
  return Math.round(1_000 * share) / 1_000;
}
