// Puts everything of ours that the package needs into `lib`, before npm packs it: the command, bundled
// so that it starts fast, and copies of the server, the console and the demo. None of them is a package
// of its own, so their imports of one another become paths. With --remove it takes `lib` away again.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../scripts/ensure-built.mjs';
import { bundleCommand } from './bundle-command.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lib = join(root, 'cli', 'lib');

/** What is copied of each workspace. */
const COPIED = {
  sdk: ['dist', 'package.json'],
  server: ['dist', 'migrations', 'package.json'],
  console: ['dist', 'package.json'],
  harness: ['dist', 'preload', 'package.json'],
  demo: ['dist', 'package.json'],
  spec: ['event-types.json', 'event-samples.json'],
  deploy: ['systemd'],
};

/** What only compilers and debuggers read: three quarters of the files. */
const LEFT_OUT = /\.d\.ts$|\.map$|\.tsbuildinfo$/;

/** `from '@hooktrail/server/main'`, and the same in `resolve(...)`. */
const OURS = /(['"])@hooktrail\/(\w+)((?:\/[\w-]+)*(?:\.json)?)\1/g;

rmSync(lib, { recursive: true, force: true });
if (!process.argv.includes('--remove')) await stage();

async function stage() {
  await ensureBuilt();
  for (const [workspace, paths] of Object.entries(COPIED)) {
    for (const path of paths) {
      cpSync(join(root, workspace, path), join(lib, workspace, path), {
        recursive: true,
        filter: (source) => !LEFT_OUT.test(source),
      });
    }
  }
  cpSync(join(root, 'LICENSE'), join(lib, 'LICENSE'));
  await bundleCommand(join(lib, 'cli'));
  for (const file of filesOf(lib)) if (file.endsWith('.js')) linkImports(file);
}

/** Makes imports of our workspaces paths to the files that their `exports` name. */
function linkImports(file) {
  const text = readFileSync(file, 'utf8');
  const linked = text.replaceAll(OURS, (_, quote, workspace, path) => {
    const target = relative(dirname(file), join(lib, workspace, targetOf(workspace, `.${path}`)));
    return `${quote}${target.startsWith('.') ? target : `./${target}`}${quote}`;
  });
  if (linked !== text) writeFileSync(file, linked);
}

function targetOf(workspace, key) {
  const { exports } = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
  const found = exports[key] ?? exports[`${dirname(key)}/*`];
  const target = typeof found === 'string' ? found : found?.default;
  if (target === undefined) throw new Error(`@hooktrail/${workspace} does not export ${key}`);
  return target.replace('*', key.slice(dirname(key).length + 1));
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
