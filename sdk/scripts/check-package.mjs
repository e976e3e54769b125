// Packs the package, installs the tarball in an empty folder, and uses it there as its users do:
// imported and required on Node, and on Bun, Deno and Chromium. A runtime that is not installed is
// skipped; with --all it fails the check. Needs a build.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const all = process.argv.includes('--all');

/** What must not be published: tests, what only tests use, build state and scripts. */
const STRAY = /\.test\.|(^|\/)(testing|scripts)\/|\.tsbuildinfo$/;

const invocation = (id) => ({
  id,
  webhook_id: 'w',
  status: 'success',
  created_at: '2023-09-18T10:00:00.123456789Z',
});
const JSON_ANSWERS = {
  '/api/v2/webhooks/w/invocations?page%5Bsize%5D=2': {
    invocations: [invocation('a'), invocation('b')],
    meta: { has_more: true, after_cursor: 'x' },
  },
  '/api/v2/webhooks/w/invocations?page%5Bsize%5D=2&page%5Bafter%5D=x': {
    invocations: [invocation('c')],
    meta: { has_more: false },
  },
  '/v1/events': { event: { id: 'e' }, invocations: [], skipped: [] },
};

/** A fake API. It also serves the browser's page and receives the page's report. */
const serve = async (page, report) => {
  const answerTo = async (request, response) => {
    const body = await text(request);
    if (request.url === '/report') report(body);
    if (request.url === '/page') response.setHeader('content-type', 'text/html').end(page);
    else if (request.url === '/html') response.end('<p>proxy</p>');
    else if (request.url === '/redirect') response.writeHead(302, { location: '/html' }).end();
    else if (request.url !== '/hang') {
      const answer = JSON_ANSWERS[request.url];
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
    }
  };
  const server = createServer((request, response) => {
    answerTo(request, response).catch((error) => response.destroy(error));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

/** Where a program is installed, in the project or on the path; `undefined` when it is not. */
const find = async (...names) => {
  const folders = [
    join(root, '..', 'node_modules', '.bin'),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) return path;
  }
  return undefined;
};

const folder = await mkdtemp(join(tmpdir(), 'hooktrail-sdk-'));
let server;
try {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename, files }] = JSON.parse(stdout);
  const stray = files.filter(({ path }) => STRAY.test(path));
  if (stray.length > 0)
    throw new Error(`must not be packed: ${stray.map(({ path }) => path).join(', ')}`);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, filename)], { cwd: folder });

  await copyFile(join(root, 'scripts', 'smoke.mjs'), join(folder, 'smoke.mjs'));
  await writeFile(
    join(folder, 'main.mjs'),
    "import { smoke } from './smoke.mjs';\nawait smoke(process.argv[2]);\n" +
      // The server never answers /hang, and its connection must not keep the program running.
      "console.log('ok');\nprocess.exit();\n",
  );
  await writeFile(
    join(folder, 'main.cjs'),
    "const { Zendesk } = require('@hooktrail/sdk');\n" +
      "const { Hooktrail } = require('@hooktrail/sdk/hooktrail');\n" +
      "const { signPayload } = require('@hooktrail/sdk/signature');\n" +
      "if (new Hooktrail() instanceof Zendesk && signPayload) console.log('ok');\n",
  );
  await writeFile(
    join(folder, 'browser.mjs'),
    `import { smoke } from './smoke.mjs';
    const report = (body) => fetch('/report', { method: 'POST', body });
    smoke(location.origin).then(() => report('ok'), (error) => report(String(error)));
    `,
  );
  const bundle = await build({
    entryPoints: [join(folder, 'browser.mjs')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  let report;
  const reported = new Promise((resolve) => {
    report = resolve;
  });
  const script = bundle.outputFiles[0].text;
  server = await serve(`<!doctype html><script type="module">${script}</script>`, report);
  const origin = `http://127.0.0.1:${server.address().port}`;

  const outputOf = async (program, ...parameters) => {
    const { stdout: lines } = await run(program, parameters, { cwd: folder, timeout: 60_000 });
    return lines.trim();
  };
  const browse = async (program) => {
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${folder}/profile`,
    ];
    const browser = spawn(program, [...flags, `${origin}/page`], {
      stdio: 'ignore',
      // The browser leaves temporary files when a signal ends it.
      env: { ...process.env, TMPDIR: folder },
    });
    const closed = once(browser, 'close').then(() => 'closed without a report');
    const late = delay(60_000, 'no report in a minute', { ref: false });
    const outcome = await Promise.race([reported, closed, late]);
    browser.kill();
    await closed;
    return outcome;
  };

  const runtimes = {
    'Node, imported': [process.execPath, (program) => outputOf(program, 'main.mjs', origin)],
    'Node, required': [process.execPath, (program) => outputOf(program, 'main.cjs')],
    Bun: [await find('bun'), (program) => outputOf(program, 'main.mjs', origin)],
    Deno: [
      await find('deno'),
      (program) => outputOf(program, 'run', '--allow-net', 'main.mjs', origin),
    ],
    Chromium: [await find('chromium', 'chromium-browser', 'google-chrome'), browse],
  };
  for (const [name, [program, use]] of Object.entries(runtimes)) {
    const outcome = program
      ? await use(program).catch((error) => `${error.message}\n${error.stdout}${error.stderr}`)
      : 'not installed';
    console.log(`${name}: ${outcome}`);
    if (outcome !== 'ok' && (program || all)) process.exitCode = 1;
  }
} finally {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
