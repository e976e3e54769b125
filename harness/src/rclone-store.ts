import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fetchRclone } from './fetch-rclone.ts';
import { STORE_KEY } from './s3-store.ts';

/** A real server that speaks S3, in a process of its own: it checks signatures, and keeps objects as files. */
export interface RcloneStore {
  readonly url: string;
  /** The folder of the bucket. */
  readonly path: string;
  close(): Promise<void>;
}

/** Starts `rclone serve s3` on a free port of loopback, with the bucket and the key of `STORE_KEY`. */
export async function startRcloneStore(): Promise<RcloneStore> {
  const program = await fetchRclone();
  const root = await mkdtemp(join(tmpdir(), 'hooktrail-store-'));
  const path = join(root, STORE_KEY.bucket);
  await mkdir(path);
  const key = ['--auth-key', `${STORE_KEY.id},${STORE_KEY.secret}`];
  const args = ['serve', 's3', ...key, '--addr', '127.0.0.1:0', '--config', '/dev/null', root];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit').catch(() => undefined);
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(root, { recursive: true, force: true });
  };
  let said = '';
  for await (const line of createInterface({ input: child.stderr })) {
    said += `${line}\n`;
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (url === undefined) continue;
    // Nobody reads on: a full pipe would stop it.
    child.stderr.resume();
    return { url, path, close };
  }
  await close();
  throw new Error(`rclone did not start: ${said}`);
}
