import { execFile, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresProcesses } from './process-table.mjs';

/** The newest PostgreSQL of Debian's packages on a socket in a temporary folder, under a supervisor. */
export class DebianDatabase {
  #child;
  #finishing = false;
  #gone = Promise.resolve();

  constructor({ folder, restartMs }) {
    this.bin = newestBin();
    this.folder = `${folder}/debian`;
    this.restartMs = restartMs;
    this.log = openSync(`${folder}/postgres.log`, 'a');
    mkdirSync(this.folder);
    // PostgreSQL refuses to run as root; the package creates an account for it.
    this.account = process.getuid() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
    if (this.account.uid !== undefined) chownSync(this.folder, this.account.uid, this.account.gid);
    const options = ['-U', 'hooktrail', '--auth=trust', '--encoding=UTF8', '--locale=C'];
    execFileSync(`${this.bin}/initdb`, ['-D', `${this.folder}/data`, ...options], {
      ...this.account,
      cwd: this.folder,
      stdio: ['ignore', this.log, this.log],
    });
    this.url = `postgresql://hooktrail@${encodeURIComponent(this.folder)}:5432/postgres`;
    this.#start();
  }

  env() {
    return { HOOKTRAIL_DATABASE_URL: this.url };
  }

  #start() {
    // Every safety at its default: fsync, synchronous_commit, full_page_writes.
    const settings = [
      'listen_addresses=',
      `unix_socket_directories=${this.folder}`,
      'max_connections=120',
    ];
    const child = spawn(
      `${this.bin}/postgres`,
      ['-D', `${this.folder}/data`, ...settings.flatMap((setting) => ['-c', setting])],
      { ...this.account, cwd: this.folder, stdio: ['ignore', this.log, this.log] },
    );
    this.#child = child;
    this.#gone = new Promise((resolve) => {
      child.once('exit', () => {
        this.#child = undefined;
        resolve();
        // After `kill -9` of the first process the others need a moment to end; until then a start
        // fails, and is repeated.
        if (!this.#finishing) setTimeout(() => this.#finishing || this.#start(), this.restartMs());
      });
    });
  }

  processes() {
    return this.#child && postgresProcesses(this.folder, this.#child.pid);
  }

  async ready() {
    while (!(await this.#accepts())) await sleep(200);
  }

  #accepts() {
    return new Promise((resolve) => {
      execFile(`${this.bin}/pg_isready`, ['-h', this.folder, '-t', '2'], (error) => {
        resolve(error === null);
      });
    });
  }

  async finish() {
    this.#finishing = true;
    this.#child?.kill('SIGINT');
    await this.#gone;
  }

  abandon() {
    this.#finishing = true;
    // As `kill -9` of the first process: the others see that it has gone, and end.
    this.#child?.kill('SIGKILL');
  }
}

function newestBin() {
  const root = '/usr/lib/postgresql';
  let versions = [];
  try {
    versions = readdirSync(root).filter((name) => /^\d+$/.test(name));
  } catch {
    // Reported below.
  }
  const newest = versions.sort((a, b) => Number(a) - Number(b)).at(-1);
  if (newest === undefined) {
    throw new Error("Debian's PostgreSQL is not installed: apt-get install postgresql");
  }
  return `${root}/${newest}/bin`;
}

function idOf(flag) {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}
