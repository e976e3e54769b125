import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));
/** `SIGTERM` finishes requests of 12 s; without a database a node gives up within a minute. */
const STOP_MS = 75_000;

/** A node under a supervisor that starts it again whenever it ends, until `finish`. */
export class SupervisedNode {
  /** Every end of the process: when, how, and after which signal of ours. */
  ends = [];
  stopped = false;
  #child;
  #signal;
  #finishing = false;
  #gone = Promise.resolve();

  constructor({ name, port, env, log, restartMs }) {
    Object.assign(this, { name, port, env, restartMs });
    this.log = openSync(log, 'a');
  }

  get pid() {
    return this.#child?.pid;
  }

  /** A SIGTERM was sent, and the process has not ended. */
  get terminating() {
    return this.#signal === 'SIGTERM';
  }

  start() {
    const startedAt = Date.now();
    const child = spawn(process.execPath, [PROGRAM], {
      env: this.env,
      stdio: ['ignore', this.log, this.log],
    });
    this.#child = child;
    this.#signal = undefined;
    this.stopped = false;
    this.#gone = new Promise((resolve) => {
      child.once('exit', (code, by) => {
        this.ends.push({ startedAt, at: Date.now(), code, by, sent: this.#signal });
        this.#child = undefined;
        this.#signal = undefined;
        resolve();
        if (!this.#finishing) setTimeout(() => this.#finishing || this.start(), this.restartMs());
      });
    });
  }

  kill() {
    if (this.#child === undefined) return;
    this.#signal = 'SIGKILL';
    this.#child.kill('SIGKILL');
  }

  /** Stops the process for a time, unless it ends meanwhile. */
  async stopFor(ms) {
    const child = this.#child;
    if (child === undefined) return;
    this.stopped = true;
    child.kill('SIGSTOP');
    // In pieces, so that a killed process ends the wait.
    for (const end = Date.now() + ms; Date.now() < end && child === this.#child; ) await sleep(100);
    if (child !== this.#child) return;
    child.kill('SIGCONT');
    this.stopped = false;
  }

  /** Asks the process to end. Resolves with whether it did in time; kills it if not. */
  async terminate() {
    const child = this.#child;
    if (child === undefined) return true;
    this.#signal = 'SIGTERM';
    child.kill('SIGTERM');
    const gone = await Promise.race([
      this.#gone.then(() => true),
      sleep(STOP_MS, false, { ref: false }),
    ]);
    if (!gone) child.kill('SIGKILL');
    return gone;
  }

  /** The last end: no restart after it. */
  finish() {
    this.#finishing = true;
    return this.terminate();
  }

  /** For the exit of this process: nothing may stay behind. */
  abandon() {
    this.#finishing = true;
    this.#child?.kill('SIGKILL');
  }
}
