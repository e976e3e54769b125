import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** A file of the console with its precompressed forms. */
export interface ConsoleFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly br: Buffer | undefined;
  readonly gzip: Buffer | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Source maps and the like are not served. */
const isServed = (path: string) => TYPES[extname(path)] !== undefined;

/**
 * Reads the built console into memory, by the path below its folder. It has some 30 files of less than a
 * megabyte together, and a request cannot name a file that is not among them.
 */
export function readConsole(folder: string): ReadonlyMap<string, ConsoleFile> {
  const files = new Map<string, ConsoleFile>();
  let entries: string[];
  try {
    entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return files;
  }
  const read = (path: string): Buffer | undefined => {
    try {
      return readFileSync(path);
    } catch {
      return undefined;
    }
  };
  for (const entry of entries) {
    const path = join(folder, entry);
    if (!isServed(path) || !statSync(path).isFile()) continue;
    files.set(relative(folder, path).split(sep).join('/'), {
      type: TYPES[extname(path)] as string,
      plain: readFileSync(path),
      br: read(`${path}.br`),
      gzip: read(`${path}.gz`),
    });
  }
  return files;
}
