import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './median.ts';

const TIMES = 50;

/**
 * Measures how long the disk under the temporary folder takes to write 8 KiB durably: the median,
 * in milliseconds. Every commit waits for such a write, so figures of durable accepts depend on it.
 */
export function syncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'hooktrail-sync-'));
  const file = openSync(join(folder, 'file'), 'w');
  const page = Buffer.alloc(8 * 1024, 1);
  try {
    const took = Array.from({ length: TIMES }, () => {
      const started = performance.now();
      writeSync(file, page);
      fdatasyncSync(file);
      return performance.now() - started;
    });
    return median(took);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true, force: true });
  }
}
