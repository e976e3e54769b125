import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RewritingProxy, rewritingProxy } from '../testing/rewriting-proxy.ts';
import type { RunOptions } from '../testing/run-command.ts';
import { type Stage, startStage } from '../testing/stage.ts';

let stage: Stage;
let proxy: RewritingProxy;
let job: string;
let name: string;
let whole: string;

const EVENTS = 40;

beforeAll(async () => {
  stage = await startStage();
  await stage.hooktrail.events.publishBatch(
    Array.from({ length: EVENTS }, (_, at) => ({ type: 'order.paid', detail: { at } })),
  );
  proxy = await rewritingProxy(stage.url);
});

afterAll(async () => {
  await proxy.close();
  await stage.close();
});

beforeEach(() => {
  proxy.seen.length = 0;
  proxy.rewrite = (_path, body) => body;
  proxy.holdAfter = () => undefined;
});

const folderOf = (text: string): string => join(stage.home, text);
const throughProxy = () => ({ HOOKTRAIL_URL: proxy.url });
const goOn = (folder: string, ...more: string[]) => [
  'export',
  '--job',
  job,
  '--to',
  folder,
  ...more,
];
/** Presses Ctrl-C once the output has a text: a second one would end the command at once. */
const interruptAt = (text: string): NonNullable<RunOptions['onOutput']> => {
  let isPressed = false;
  return (output, command) => {
    if (isPressed || !output.includes(text)) return;
    isPressed = true;
    command.interrupt();
  };
};
const isDownload = (path: string): boolean => /\/files\/\d+$/.test(path);

test('an export is downloaded with the SHA-256 of its manifest, and a repeat downloads nothing', async () => {
  const folder = folderOf('made/here');
  const made = await stage.run([
    ...['export', 'type:order.*', '--of', 'events', '--to', folder],
    ...['--reason', 'audit'],
  ]);
  expect(made.code).toBe(0);
  const [row] = made.rows;
  expect(made.rows).toHaveLength(1);
  expect(row).toMatchObject({ rows: EVENTS, downloaded: true });
  ({ name } = row);
  whole = await readFile(join(folder, name), 'utf8');
  expect(whole.trim().split('\n')).toHaveLength(EVENTS);
  expect(await readdir(folder)).toEqual([name]);
  const notes = made.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).note);
  job = notes[0].job;
  // Progress is a line here, and no bar.
  expect(notes).toContainEqual(
    expect.objectContaining({ done: whole.length, total: whole.length, rate: expect.any(Number) }),
  );
  expect(notes.at(-1)).toMatchObject({ rows: EVENTS, files: 1 });
  expect((await stage.hooktrail.jobs.get(job)).reason).toBe('audit');

  const again = await stage.run(goOn(folder), { environment: throughProxy() });
  expect(again.code).toBe(0);
  expect(again.rows[0].downloaded).toBe(false);
  expect(proxy.seen.filter(({ path }) => isDownload(path))).toEqual([]);
});

test('a file with other content is never overwritten without --force', async () => {
  const folder = folderOf('taken');
  await mkdir(folder);
  await writeFile(join(folder, name), 'mine');
  const refused = await stage.run(goOn(folder));
  expect(refused.code).toBe(5);
  expect(refused.error).toMatchObject({ code: 'FileExists' });
  expect(refused.error.next).toContain(`hooktrail export --job ${job} --to ${folder}`);
  expect(await readFile(join(folder, name), 'utf8')).toBe('mine');
  expect((await stage.run(goOn(folder, '--force'))).code).toBe(0);
  expect(await readFile(join(folder, name), 'utf8')).toBe(whole);
  // As long, and not the same.
  await writeFile(join(folder, name), whole.replaceAll('o', 'a'));
  expect((await stage.run(goOn(folder))).code).toBe(5);
});

test('Ctrl-C keeps what arrived, and the next run fetches the rest by a range', async () => {
  const folder = folderOf('broken');
  proxy.holdAfter = (path) => (isDownload(path) ? 1_000 : undefined);
  const stopped = await stage.run(goOn(folder), {
    environment: throughProxy(),
    terminal: true,
    onOutput: interruptAt('1000 of'),
  });
  expect(stopped.code).toBe(130);
  expect(stripVTControlCharacters(stopped.stdout)).toMatch(
    /\[█*·+\] 1000 of \d+ bytes, \d+\/s, ends about \d\d:\d\d:\d\d, /,
  );
  expect(stripVTControlCharacters(stopped.stdout).replaceAll(/\s+/g, ' ')).toContain(
    `Go on: hooktrail export --job ${job} --to ${folder}`,
  );
  const [part, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  expect(part).toMatch(/^\..*\.part$/);
  proxy.seen.length = 0;
  proxy.holdAfter = () => undefined;
  const done = await stage.run(goOn(folder), { environment: throughProxy() });
  expect(done.code).toBe(0);
  const ranges = proxy.seen.flatMap(({ path, headers }) =>
    isDownload(path) ? [headers.range] : [],
  );
  expect(ranges).toEqual(['bytes=1000-']);
  expect(await readFile(join(folder, name), 'utf8')).toBe(whole);
  expect(await readdir(folder)).toEqual([name]);
});

test('a damaged part is downloaded again, and damage on the way is never kept', async () => {
  const folder = folderOf('damaged');
  proxy.rewrite = (path, body) => (isDownload(path) ? body.fill('x', 0, 9) : body);
  const bad = await stage.run(goOn(folder), { environment: throughProxy() });
  expect(bad.code).toBe(6);
  expect(bad.error.message).toContain('SHA-256');
  expect((await readdir(folder)).filter((one) => !one.endsWith('.part'))).toEqual([]);
  const good = await stage.run(goOn(folder));
  expect(good.code).toBe(0);
  expect(await readFile(join(folder, name), 'utf8')).toBe(whole);
});

test('names that lead out of the folder are refused', async () => {
  proxy.rewrite = (path, body) =>
    path.includes('/files?') ? body.toString().replace(name, '../evil') : body;
  const evil = await stage.run(goOn(folderOf('evil-to')), { environment: throughProxy() });
  expect(evil.code).toBe(6);
  expect(evil.error.message).toContain('../evil');
  expect(await readdir(stage.home)).not.toContain('evil');
});

test('Ctrl-C leaves the job running and says how to come back; --detach says it too', async () => {
  proxy.rewrite = (_path, body) => body.toString().replace('"state":"done"', '"state":"running"');
  const folder = folderOf("it's here");
  const left = await stage.run(['export', '--all', '--to', folder], {
    environment: throughProxy(),
    onOutput: interruptAt('is running'),
  });
  expect(left.code).toBe(130);
  expect(left.error.message).toMatch(/keeps running$/);
  expect(left.error.next).toMatch(/hooktrail export --job \w{26} --to '.*it'\\''s here'/);
  const detached = await stage.run(['export', '--all', '--detach', '--format', 'csv']);
  expect(detached.code).toBe(0);
  expect(detached.rows[0]).toMatchObject({ kind: 'export', format: 'csv' });
  expect(JSON.parse(detached.stderr).note.text).toContain(
    `hooktrail export --job ${detached.rows[0].id} --to DIR`,
  );
});

test('an export that cannot be fetched ends with 7, since a repeat would create another one', async () => {
  const folder = folderOf('lost');
  const lost = async (rewrite: RewritingProxy['rewrite']) => {
    proxy.rewrite = rewrite;
    const args = ['export', '--all', '--of', 'events', '--to', folder];
    const { code, stderr, error } = await stage.run(args, { environment: throughProxy() });
    const id = JSON.parse(stderr.split('\n')[0] ?? '').note.job;
    const goesOn = `What arrived is kept. Go on: hooktrail export --job ${id} --to ${folder}`;
    expect([code, error.exit_code, error.next]).toEqual([7, 7, goesOn]);
    return error.code;
  };
  const listed = await lost((path, body) => (path.includes('/files?') ? '{}' : body));
  expect(listed).toBe('ResponseValidationError');
  const downloaded = await lost((path, body) => {
    if (isDownload(path)) throw new Error('lost');
    return body;
  });
  expect(downloaded).toBe('ConnectionError');
});

test('a dry run counts and creates nothing, and wrong calls end with 2 before anything is created', async () => {
  const before = (await stage.hooktrail.jobs.list().all()).length;
  const dry = await stage.run(['export', 'type:order.*', '--of', 'events', '--dry-run']);
  expect(dry.rows).toEqual([expect.objectContaining({ rows: EVENTS, exact: true })]);
  const wrong = [
    ['export', 'since:1h'],
    ['export', '--job', job, '--no-bodies', '--to', folderOf('x')],
    ['export', 'since:1h', '--to', join(stage.home, 'made/here', name, 'below')],
  ];
  for (const args of wrong) expect((await stage.run(args)).code, args.join(' ')).toBe(2);
  expect(await stage.hooktrail.jobs.list().all()).toHaveLength(before);
  const replay = await stage.hooktrail.jobs.create({ query: 'status:failed' });
  const other = await stage.run(['export', '--job', replay.id, '--to', folderOf('x')]);
  expect(other.code).toBe(2);
  expect(other.error.message).toContain('is a replay');
});

test('an export whose files were deleted says so', async () => {
  await stage.hooktrail.jobs.deleteFiles(job);
  const folder = folderOf('gone');
  const gone = await stage.run(goOn(folder));
  expect(gone.code).toBe(5);
  expect(gone.error.code).toBe('FilesExpired');
  await rm(folder, { recursive: true });
});
