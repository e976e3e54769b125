import { closeSync, openSync } from 'node:fs';
import { copyFile, open, stat, truncate } from 'node:fs/promises';

const LARGEST_BYTES = 8 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;
const TAIL_BYTES = 4096;

/** PostgreSQL's log file. */
export interface PostgresLog {
  readonly file: string;
  readonly fileDescriptor: number;
  /** The current end of the file, for a later `tail`. */
  size(): Promise<number>;
  /** The last lines after a position, at most 4 KiB. */
  tail(fromPosition: number): Promise<string>;
  close(): void;
}

/**
 * Opens the log and keeps it below about 8 MiB, with one older file beside it. PostgreSQL appends
 * to the descriptor, so the file can be truncated while it writes, and unlike with a pipe no line
 * depends on this process being alive.
 */
export async function openPostgresLog(file: string): Promise<PostgresLog> {
  const fileDescriptor = openSync(file, 'a', 0o600);
  const size = async () => (await stat(file).catch(() => ({ size: 0 }))).size;

  async function keepSmall(): Promise<void> {
    if ((await size()) <= LARGEST_BYTES) return;
    await copyFile(file, `${file}.1`);
    await truncate(file);
  }

  await keepSmall();
  // A full disk or a deleted log must not end the process.
  const timer = setInterval(() => void keepSmall().catch(() => undefined), CHECK_EVERY_MS);
  timer.unref();

  return {
    file,
    fileDescriptor,
    size,
    async tail(fromPosition) {
      const reader = await open(file);
      try {
        const end = (await reader.stat()).size;
        const start = Math.max(Math.min(fromPosition, end), end - TAIL_BYTES);
        const { buffer, bytesRead } = await reader.read(Buffer.alloc(end - start), 0, null, start);
        return buffer.toString('utf8', 0, bytesRead).trim();
      } finally {
        await reader.close();
      }
    },
    close() {
      clearInterval(timer);
      closeSync(fileDescriptor);
    },
  };
}
