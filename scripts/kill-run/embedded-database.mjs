import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from './call.mjs';
import { postgresProcesses } from './process-table.mjs';

/** The PostgreSQL that the one node of a run brings and supervises itself. */
export class EmbeddedDatabase {
  constructor({ folder, port, token }) {
    Object.assign(this, { folder: `${folder}/postgres`, port, token });
  }

  env() {
    return {};
  }

  processes() {
    try {
      const [first] = readFileSync(`${this.folder}/postmaster.pid`, 'utf8').split('\n');
      return postgresProcesses(this.folder, Number(first));
    } catch {
      return undefined;
    }
  }

  /** Resolves when the node says that its database answers. */
  async ready() {
    for (;;) {
      await sleep(300);
      const answer = await call(this.port, this.token, 'GET', '/readyz', {
        timeoutMs: 2_000,
      }).catch(() => undefined);
      if (answer?.status === 200) return;
    }
  }

  /** The node stops it. */
  finish() {}

  abandon() {
    const left = this.processes();
    for (const pid of left ? [left.postmaster, ...left.children] : []) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  }
}
