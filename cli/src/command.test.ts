import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { eventually } from '@hooktrail/harness/eventually';
import { sql } from '@hooktrail/harness/sql';
import { startZendeskDouble } from '@hooktrail/harness/zendesk/zendesk-double';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BINARY, runCommand } from './testing/run-command.ts';
import { type Stage, startStage } from './testing/stage.ts';
import { makeSample } from './trigger/make-sample.ts';

let stage: Stage;
let good: string;
let bad: string;
let failed: string;

beforeAll(async () => {
  stage = await startStage();
  good = await stage.webhook('Orders', '/200', 'order.*');
  bad = await stage.webhook('Broken, EU', '/500', 'ticket.*');
  // One attempt, and no retry.
  await stage.hooktrail.webhooks.updateDelivery(bad, { scheduleSeconds: [] });
  await stage.hooktrail.events.publish({ type: 'order.paid', subject: 'acme:order:1' });
  const { invocations } = await stage.hooktrail.events.publish({
    type: 'ticket.lost',
    detail: { id: 40123 },
  });
  failed = invocations[0]?.id ?? '';
  await eventually('both are settled', async () => {
    const rows = await stage.hooktrail.invocations.list('state:final').all();
    return rows.length === 2;
  });
});

afterAll(async () => {
  await stage.close();
});

describe('the output', () => {
  test('is NDJSON with the names of the API off a terminal', async () => {
    const { code, rows, stderr } = await stage.run(['invocations', 'status:"server error"']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const answer = await fetch(`${stage.url}/v1/invocations?q=status:%22server%20error%22`, {
      headers: { authorization: `Bearer ${stage.token}` },
    });
    const { invocations } = (await answer.json()) as { invocations: unknown[] };
    expect(rows).toEqual(invocations);
    expect(rows).toHaveLength(1);
  });

  test('is a table with colours on a terminal, and NO_COLOR and --color decide', async () => {
    const red = '\u001b[31m';
    const { stdout, code } = await stage.run(['list'], { terminal: true });
    expect(code).toBe(0);
    const lines = stripVTControlCharacters(stdout).trim().split('\r\n');
    expect(lines[0]).toMatch(/^ID +CREATED +STATUS +CODE +TRIES +WEBHOOK/);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
    expect(stdout).toContain(red);
    const plain = await stage.run(['list'], { terminal: true, environment: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b[');
    const never = await stage.run(['list', '--color', 'never'], { terminal: true });
    expect(never.stdout).not.toContain('\u001b[');
    const always = await stage.run(['list', '-o', 'table', '--color']);
    expect(always.stdout).toContain(red);
  });

  test('has every format, columns and no titles', async () => {
    const listed = (...args: string[]) => stage.run(['list', '--sort', 'created', ...args]);
    const ids = (await listed('-o', 'id')).stdout.trim().split('\n');
    expect(ids).toHaveLength(2);
    const json = JSON.parse((await listed('-o', 'json')).stdout) as { id: string }[];
    expect(json.map(({ id }) => id)).toEqual(ids);
    expect((await listed('-o', 'csv', '--columns', 'id,webhook.name')).stdout).toBe(
      `id,webhook.name\r\n${ids[0]},Orders\r\n${ids[1]},"Broken, EU"\r\n`,
    );
    expect((await listed('-o', 'csv', '--columns', 'status', '--no-headers')).stdout).toBe(
      'success\r\nserver error\r\n',
    );
    expect((await listed('--columns', 'webhook.name')).rows).toEqual([
      { 'webhook.name': 'Orders' },
      { 'webhook.name': 'Broken, EU' },
    ]);
    const wide = (await listed('-o', 'wide')).stdout;
    expect(wide).toContain('EVENT_ID');
    const none = await stage.run(['list', 'code:404', '-o', 'json']);
    expect(none.stdout).toBe('[]\n');
    const typo = await listed('--columns', 'id,statu');
    expect(typo.code).toBe(2);
    expect(typo.error.message).toBe(
      '--columns: "statu" is no column of this output; did you mean "status"?',
    );
  });

  test('says that no row has a part of a field, which may be misspelt', async () => {
    const { code, stderr } = await stage.run(['list', '--columns', 'id,webhook.nam,webhook.id']);
    expect(code).toBe(0);
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).note.text),
    ).toEqual(['--columns: no row has "webhook.nam"; did you mean "webhook.name"?']);
    const one = await stage.run(['webhooks', 'get', good, '--columns', 'id,name.first']);
    expect(one.stderr).toContain('no row has \\"name.first\\"');
  });

  test('says that a webhook does not exist when nothing is listed', async () => {
    const { code, stdout, stderr } = await stage.run(['list', '--webhook', 'Ordres']);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('did you mean \\"Orders\\"?');
    // A query tells capital letters from small ones.
    const small = await stage.run(['list', '--webhook', 'orders']);
    expect([small.stdout, JSON.parse(small.stderr).note.text]).toEqual([
      '',
      'no webhook has the name "orders"; did you mean "Orders"?',
    ]);
    const quiet = await stage.run(['list', '--webhook', 'Orders', '--status', 'timeout']);
    expect(quiet.stderr).toBe('');
  });

  test('says that there are more, and --all prints them', async () => {
    const short = await stage.run(['list', '-n', '1']);
    expect(short.rows).toHaveLength(1);
    expect(JSON.parse(short.stderr)).toMatchObject({ note: { more: true } });
    const all = await stage.run(['list', '-n', '1', '--all']);
    expect(all.rows).toHaveLength(2);
    expect(all.stderr).toBe('');
  });

  test('shows control characters of an answer instead of obeying them', async () => {
    const shown = await stage.run(['attempts', failed, '--show', 'response.body'], {
      terminal: true,
    });
    expect(shown.stdout).toBe('broken: \\x1b[31mred\\x1b[0m\r\n');
    const raw = await stage.run(['attempts', failed, '--show', 'response.body', '-o', 'csv']);
    expect(raw.stdout).toBe('broken: \u001b[31mred\u001b[0m\n');
  });
});

describe('the help', () => {
  test('has examples, the exit codes, and the tree of commands as JSON', async () => {
    const help = await stage.run(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/Examples:\n {2}\$ hooktrail .*Exit codes:\n {2}0 /s);
    const ofOne = await stage.run(['replay', '--help']);
    expect(ofOne.stdout).toMatch(/Examples:\n {2}\$ hooktrail replay /);
    expect((await stage.run(['help', 'replay'])).stdout).toBe(ofOne.stdout);
    const described = await stage.run(['--describe']);
    expect(described.code).toBe(0);
    const { program, exitCodes } = JSON.parse(described.stdout);
    expect(program.commands.map(({ command }: { command: string }) => command)).toContain(
      'hooktrail replay',
    );
    expect(exitCodes).toContainEqual({ code: 7, meaning: expect.any(String) });
  });
});

describe('exit codes', () => {
  test('0 done, and words on standard error', async () => {
    const { code, stdout, stderr } = await stage.run(['why', failed, '-o', 'table']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('500');
  });

  test('2 for usage, with the nearest command', async () => {
    const unknown = await stage.run(['invoctions']);
    expect(unknown.code).toBe(2);
    expect(unknown.error).toMatchObject({ code: 'Usage', exit_code: 2 });
    expect(unknown.error.message).toContain('Did you mean invocations?');
    expect((await stage.run(['webhooks', 'lst'])).error.message).toContain('Did you mean list?');
    expect((await stage.run(['list', '--limit', '0'])).code).toBe(2);
    expect((await stage.run([])).code).toBe(2);
    const query = await stage.run(['list', 'stauts:failed']);
    expect(query.code).toBe(5);
    expect(query.error.message).toContain('did you mean "status"');
  });

  test.runIf(process.platform === 'linux')('2 for arguments that are not UTF-8', async () => {
    const ended = async (argument: string) => {
      const child = spawn(
        'bash',
        ['-c', `"$@" ${argument}`, 'sh', process.execPath, BINARY, 'get'],
        {
          env: { ...process.env, ...stage.environment },
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
      return JSON.parse(stderr).error;
    };
    expect(await ended("$'\\xff'")).toMatchObject({
      exit_code: 2,
      message: 'an argument is not valid UTF-8',
    });
    // Whoever types the sign itself means it.
    expect(await ended("$'\\xef\\xbf\\xbd'")).toMatchObject({ exit_code: 3 });
  });

  test('3 for what is not there, with the request id', async () => {
    const { code, error, stdout, stderr } = await stage.run(['get', '01M8HTAW2PZRKB1HMA9YE1PR53']);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(error).toMatchObject({ code: 'RecordNotFound', exit_code: 3 });
    expect(error.request_id).toMatch(/\w/);
    expect(error.next).toMatch(/\w/);
    // The object is all that standard error has.
    expect(Object.keys(JSON.parse(stderr))).toEqual(['error']);
    const name = await stage.run(['webhooks', 'get', 'Ordres']);
    expect(name.code).toBe(3);
    expect(name.error.message).toBe('no webhook has the name "Ordres"; did you mean "Orders"?');
  });

  test('4 without a valid token, or without the role', async () => {
    const wrong = await stage.run(['list', '--token', 'ht_wrong']);
    expect(wrong.code).toBe(4);
    expect(wrong.error.code).toBe('Unauthorized');
    const none = await runCommand(['list'], { environment: { HOOKTRAIL_URL: stage.url } });
    expect(none.code).toBe(4);
    expect(none.error.code).toBe('NoToken');
    const { secret } = await stage.hooktrail.tokens.create({ name: 'reader', role: 'read' });
    const role = await stage.run(['webhooks', 'pause', good, '--token', secret]);
    expect(role.code).toBe(4);
    expect(role.error.code).toBe('Forbidden');
  });

  test('5 for what the server refuses', async () => {
    const { code, error } = await stage.run(['webhooks', 'create', 'x', 'not a URL']);
    expect(code).toBe(5);
    expect(error.message).toContain('endpoint');
  });

  test('6 without an answer, and for a time-out', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const listOf = (url: string, ...more: string[]) => stage.run(['list', '--url', url, ...more]);
    const [refused, late] = await Promise.all([
      listOf('http://127.0.0.1:9'),
      listOf(`http://127.0.0.1:${port}`, '--timeout', '1'),
    ]);
    silent.closeAllConnections();
    silent.close();
    expect(refused.code).toBe(6);
    expect(refused.error.code).toBe('ConnectionError');
    expect(refused.error.message).toContain('127.0.0.1:9');
    expect(late.code).toBe(6);
    expect(late.error).toMatchObject({ code: 'TimeoutError', exit_code: 6 });
    expect(late.error.next).toContain('--timeout');
  });

  test('6 for JSON that is the answer of something else', async () => {
    const other = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const ended = async (name: string) => {
      const { code, stdout, error } = await stage.run([name, '--url', url]);
      return [code, stdout, error.code];
    };
    for (const name of ['counts', 'problems', 'undelivered']) {
      expect(await ended(name), name).toEqual([6, '', 'ResponseValidationError']);
    }
    const { code, error } = await stage.run(['publish', '--batch', '-', '--url', url], {
      input: '{"type":"a","id":"x"}\n',
    });
    expect([code, error.code]).toEqual([6, 'UnexpectedAnswer']);
    other.close();
    other.closeAllConnections();
  });

  test('130 at Ctrl-C, however often', async () => {
    const { code } = await stage.run(['tail', '--since', '1h'], {
      onOutput: (_output, command) => command.interrupt(),
    });
    expect(code).toBe(130);
  });

  test.each([
    ['has done its work', ['list']],
    ['has failed', ['get', '01M8HTAW2PZRKB1HMA9YE1PR53']],
    ['was wrong', ['list', '--limit', '0']],
  ])('130 at Ctrl-C of a command that %s and has not ended yet', async (_name, args) => {
    // The timer keeps the process after its end, as a connection that is kept open does.
    const kept = `setInterval(() => {
      if (process.exitCode !== undefined) process.kill(process.pid, 'SIGINT');
    }, 10)`;
    const { code } = await stage.run(args, {
      environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(kept)}` },
    });
    expect(code).toBe(130);
  });

  test('its own or 130, and no death by the signal, at Ctrl-C while it ends', async () => {
    for (let run = 0; run < 5; run++) {
      let again: NodeJS.Timeout | undefined;
      const { code } = await stage.run(['list', '--limit', '0'], {
        onOutput(_output, command) {
          again ??= setInterval(() => command.interrupt(), 1);
        },
      });
      clearInterval(again);
      expect([2, 130]).toContain(code);
    }
  });

  test('errors are words on a terminal', async () => {
    const { code, stdout } = await stage.run(['get', '01M8HTAW2PZRKB1HMA9YE1PR53'], {
      terminal: true,
    });
    expect(code).toBe(3);
    expect(stripVTControlCharacters(stdout)).toMatch(/^error: .*\(request id .*\)\r\n/);
  });
});

describe('profiles', () => {
  test('login stores a checked token, readable by nobody else, and flags and environment come first', async () => {
    const environment = { XDG_CONFIG_HOME: join(stage.home, 'profiles') };
    const login = await runCommand(
      ['login', '--url', stage.url, '--profile', 'here', '--token-stdin'],
      { environment, input: `${stage.token}\n` },
    );
    expect(login.stderr).not.toContain(stage.token);
    expect(login.stdout).not.toContain(stage.token);
    expect(login.code).toBe(0);
    expect(login.rows[0]).toMatchObject({ profile: 'here', url: stage.url, role: 'operator' });
    const path = join(environment.XDG_CONFIG_HOME, 'hooktrail', 'config.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8')).current).toBe('here');
    expect((await runCommand(['list'], { environment })).rows).toHaveLength(2);

    const elsewhere = await runCommand(['list'], {
      environment: { ...environment, HOOKTRAIL_URL: 'http://127.0.0.1:9' },
    });
    // The token of the profile must not go to another server.
    expect(elsewhere.error.code).toBe('NoToken');
    const flag = await runCommand(['list', '--profile', 'here'], {
      environment: { ...environment, HOOKTRAIL_URL: 'http://127.0.0.1:9', HOOKTRAIL_TOKEN: 'x' },
    });
    expect(flag.rows).toHaveLength(2);
    const again = await runCommand(['login', '--profile', 'here', '--token-stdin'], {
      environment: { ...environment, HOOKTRAIL_URL: 'http://127.0.0.1:9' },
      input: stage.token,
    });
    expect(again.rows[0]).toMatchObject({ profile: 'here', url: stage.url });
    const unknown = await runCommand(['list'], {
      environment: { ...environment, HOOKTRAIL_PROFILE: 'her' },
    });
    expect(unknown.code).toBe(2);
    expect(unknown.error.message).toBe('there is no profile "her"; did you mean "here"?');
    const refused = await runCommand(['login', '--url', stage.url, '--token-stdin'], {
      environment,
      input: 'ht_wrong',
    });
    expect(refused.code).toBe(4);
    expect(JSON.parse(await readFile(path, 'utf8')).profiles.here.token).toBe(stage.token);
  });

  test('names that every object has are no profiles, and the nearest one is named', async () => {
    await stage.run(['login', '--profile', 'staging', '--token', stage.token, '--url', stage.url]);
    const path = join(stage.home, 'hooktrail', 'config.json');
    const before = await readFile(path, 'utf8');
    for (const action of ['use', 'remove']) {
      for (const name of ['constructor', '__proto__']) {
        const { code, error } = await stage.run(['profiles', action, name]);
        expect([code, error.code], `${action} ${name}`).toEqual([3, 'UnknownProfile']);
      }
    }
    const { error } = await stage.run(['profiles', 'use', 'stagin']);
    expect(error.message).toContain('did you mean "staging"?');
    expect(await readFile(path, 'utf8')).toBe(before);
    await stage.run(['profiles', 'remove', 'staging']);
  });

  test('login asks on a terminal without showing the token, and never off it', async () => {
    const environment = { XDG_CONFIG_HOME: join(stage.home, 'asked') };
    let typed = false;
    const asked = await runCommand(['login', '--url', stage.url], {
      environment,
      terminal: true,
      onOutput(output, command) {
        if (typed || !output.includes('Token of')) return;
        typed = true;
        command.type(`${stage.token}\r`);
      },
    });
    expect(asked.code).toBe(0);
    expect(asked.stdout).not.toContain(stage.token);
    const off = await runCommand(['login', '--url', stage.url], { environment });
    expect(off.code).toBe(2);
    expect(off.error.code).toBe('TokenNeeded');
  });
});

describe('publish', () => {
  test('takes arguments, a file byte for byte, and standard input', async () => {
    const one = await stage.run([
      'publish',
      'order.new',
      '--detail',
      '{"number": 1}',
      '--id',
      'o-1',
    ]);
    expect(one.code).toBe(0);
    expect(one.rows[0]).toMatchObject({ event: { id: 'o-1' }, skipped: [] });
    const path = join(stage.home, 'event.json');
    // JavaScript would round it.
    await writeFile(path, '{"type":"order.big","detail":{"n":12345678901234567890.10}}');
    const file = await stage.run(['publish', '--file', path]);
    const body = await stage.run(['events', 'body', file.rows[0].event.id]);
    expect(body.stdout).toContain('12345678901234567890.10');
    const input = await stage.run(['publish', '-f', '-'], { input: '{"type":"order.in"}' });
    expect(input.code).toBe(0);
    const twice = await stage.run([
      'publish',
      'order.new',
      '--detail',
      '{"number": 2}',
      '--id',
      'o-1',
    ]);
    expect(twice.code).toBe(5);
    expect((await stage.run(['publish'])).code).toBe(2);
    for (const [args, message] of [
      [['publish', '--file', '/nonexistent'], 'cannot read /nonexistent: there is no such file'],
      [['publish', '--batch', stage.home], `cannot read ${stage.home}: it is a folder`],
      [['config', 'import', '/nonexistent'], 'cannot read /nonexistent: there is no such file'],
      [['publish', 'a.json'], '"a.json" is taken for an event type: --file a.json reads a file'],
      [['publish', 'a.ndjson'], '"a.ndjson" is taken for an event type: --batch a.ndjson reads'],
    ] as const) {
      const { code, stderr } = await stage.run([...args]);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(JSON.stringify(message).slice(1, -1)),
      ]);
    }
  });

  test('publishes lines, ends with 7 when some are refused, and goes on at a line', async () => {
    const lines = [
      '{"type":"order.a","id":"l-1"}',
      '{"type":""}',
      '{"type":"order.c","id":"l-3","detail":{"n":1.10}}',
    ];
    const some = await stage.run(['publish', '--batch', '-'], { input: lines.join('\n') });
    expect(some.code).toBe(7);
    expect(some.rows.map(({ line, status }) => [line, status])).toEqual([
      [1, 202],
      [2, 422],
      [3, 202],
    ]);
    const rest = await stage.run(['publish', '--batch', '-', '--from-line', '3'], {
      input: lines.join('\r\n'),
    });
    expect(rest.code).toBe(0);
    expect(rest.rows.map(({ event }) => event.id)).toEqual(['l-3']);
    const broken = await stage.run(['publish', '--batch', '-'], { input: `${lines[0]}\n{"type"` });
    expect(broken.code).toBe(7);
    expect(broken.error).toMatchObject({ code: 'MalformedLine' });
    expect(broken.error.next).toContain('--from-line 2');
    expect((await stage.run(['publish', '--batch', '/nonexistent'])).code).toBe(2);
    const latin = join(stage.home, 'latin.ndjson');
    await writeFile(latin, Buffer.from(`${lines[0]}\n{"type":"order.\u00e9"}\n`, 'latin1'));
    const bytes = await stage.run(['publish', '--batch', latin]);
    expect(bytes.code).toBe(7);
    expect(bytes.error.message).toBe('line 2 is not valid UTF-8');
  });

  test('ends with 6 only if all lines that it sent have an id', async () => {
    const breaking = createServer((request) => request.socket.destroy());
    await new Promise<void>((resolve) => breaking.listen(0, '127.0.0.1', resolve));
    const { port } = breaking.address() as AddressInfo;
    const codeOf = async (input: string) => {
      const environment = { HOOKTRAIL_URL: `http://127.0.0.1:${port}` };
      return (await stage.run(['publish', '--batch', '-'], { environment, input })).code;
    };
    expect(await codeOf('{"type":"a"}')).toBe(7);
    expect(await codeOf('{"type":"a","id":"1"}')).toBe(6);
    breaking.close();
  });
});

describe('trigger', () => {
  test('publishes a changed sample to the webhooks that subscribe, and says how many they are', async () => {
    const sent = await stage.run(
      [
        ...['trigger', 'user.created', '--data', '-', '--set', '/detail/id=9876'],
        ...['--set', '/event/source=crm'],
      ],
      { input: '{"subject": "zen:user:9876", "detail": {"email": null, "plan": {"n": 1.5}}}' },
    );
    expect(sent.code).toBe(0);
    expect(JSON.parse(sent.stderr).note).toMatchObject({ matched: 0, skipped: 0 });
    const { id } = sent.rows[0].event;
    const body = JSON.parse((await stage.run(['events', 'body', id])).stdout);
    expect(Object.keys(body).sort()).toEqual([
      'account_id',
      'detail',
      'event',
      'id',
      'subject',
      'time',
      'type',
      'zendesk_event_version',
    ]);
    expect(body).toMatchObject({
      type: 'zen:event-type:user.created',
      subject: 'zen:user:9876',
      detail: { id: '9876', plan: { n: 1.5 }, role: 'end-user' },
      event: { source: 'crm' },
    });
    expect(body.detail).not.toHaveProperty('email');
  });

  test('a dry run prints what would be published, and counts webhooks where it can', async () => {
    const seen = await stage.webhook('Seen', '/200', 'zen:event-type:user.*');
    const off = await stage.webhook('Off', '/200', '*');
    await stage.hooktrail.webhooks.patch(off, { status: 'inactive' });
    const before = (await stage.run(['events', 'list', '-o', 'id', '--all'])).stdout;
    const dry = await stage.run(['trigger', 'user.deleted', '--dry-run']);
    expect(dry.code).toBe(0);
    expect(dry.rows).toHaveLength(1);
    expect(JSON.parse(dry.stderr).note).toMatchObject({ matched: 1, skipped: 1 });
    expect((await stage.run(['events', 'list', '-o', 'id', '--all'])).stdout).toBe(before);
    // What it prints is what publish takes.
    const piped = await stage.run(['publish', '--file', '-'], { input: dry.stdout });
    expect(piped.rows[0]).toMatchObject({
      invocations: [{ webhook_id: seen }],
      skipped: [{ webhook_id: off }],
    });
    await stage.hooktrail.webhooks.delete(seen);
    await stage.hooktrail.webhooks.delete(off);
    const alone = await runCommand(['trigger', 'user.deleted', '--dry-run'], {
      environment: { HOOKTRAIL_URL: 'http://127.0.0.1:9' },
    });
    expect(alone.code).toBe(0);
    expect(JSON.parse(alone.stderr).note.text).toContain('the webhooks were not counted');
    const unknown = await stage.run(['trigger', 'ticket.creatd']);
    expect(unknown.code).toBe(2);
    expect(unknown.error).toMatchObject({ code: 'UnknownEventType' });
    expect(unknown.error.message).toContain('did you mean ticket.created');
  });

  test('the server accepts every sample', async () => {
    const types = (await stage.run(['trigger', '--list', '-o', 'id'])).stdout.trim().split('\n');
    expect(types.length).toBeGreaterThan(100);
    const results = await stage.hooktrail.events.publishBatch(
      types.map((type) => makeSample(type, Date.now()) as { type: string }),
    );
    expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
  });
});

test('problems, undelivered, storage, nodes and views are commands like the others', async () => {
  const undelivered = await stage.run(['undelivered', '--webhook', 'Broken, EU']);
  expect(undelivered.code).toBe(0);
  expect(undelivered.rows).toEqual([
    expect.objectContaining({ webhook: { id: bad, name: 'Broken, EU' }, status: 'server error' }),
  ]);
  expect(JSON.parse(undelivered.stderr).note).toMatchObject({ groups: 1, more: false });
  const table = await stage.run(['undelivered', '-o', 'table']);
  expect(table.stdout).toMatch(/^WEBHOOK +ERROR +STATUS +COUNT/);
  expect(table.stderr).toMatch(/undelivered, 0 of them wait\n$/);

  // The attempts of a moment ago are counted soon.
  await eventually('a failing webhook', async () => {
    const { problems } = await stage.hooktrail.problems();
    return problems.some(({ kind }) => kind === 'failing');
  });
  const failing = await stage.run(['problems', '--exit-code']);
  expect(failing.rows).toContainEqual(
    expect.objectContaining({ kind: 'failing', webhook: { id: bad, name: 'Broken, EU' } }),
  );
  expect(failing.code).toBe(1);
  expect((await stage.run(['problems'])).code).toBe(0);
  // Nothing ever fails in an account of its own.
  const other = await stage.hooktrail.accounts.create({ name: 'Other' });
  const { secret } = await stage.hooktrail.tokens.create(
    { name: 'other', role: 'admin' },
    { accountId: other.id },
  );
  const ofOther = ['--token', secret];
  const well = await stage.run(['problems', '--exit-code', ...ofOther]);
  expect([well.code, well.rows]).toEqual([0, []]);
  await stage.run(['webhooks', 'create', 'Held', `${stage.receiver.url}/200`, ...ofOther]);
  await stage.run(['webhooks', 'pause', 'Held', ...ofOther]);
  const paused = await stage.run(['problems', '--exit-code', ...ofOther]);
  expect(paused.rows).toEqual([
    expect.objectContaining({
      kind: 'paused',
      webhook: expect.objectContaining({ name: 'Held' }),
    }),
  ]);
  expect(paused.code).toBe(0);

  const nodes = await stage.run(['nodes']);
  expect(nodes.rows[0]).toMatchObject({ state: 'up', load: { requests: expect.any(Number) } });

  const storage = await stage.run(['storage']);
  expect(storage.rows[0]).toMatchObject({ partitions: expect.any(Number) });
  const next = await stage.run(['storage', '--next', '-o', 'csv']);
  expect(next.stdout).toMatch(/^name,from,to,bytes,partitions,dropped_after\r\n/);
  expect((await stage.run(['storage', '--next', '--partitions'])).code).toBe(2);

  const made = await stage.run([
    'views',
    'create',
    'Bad orders',
    '--query',
    'webhook:"Broken, EU"',
  ]);
  expect(made.rows[0]).toMatchObject({ screen: 'invocations', columns: [] });
  expect((await stage.run(['views', 'run', 'bad orders', '-o', 'id'])).stdout).toContain(failed);
  const edited = await stage.run(['views', 'edit', 'Bad orders', '--show', 'status,webhook']);
  expect(edited.rows[0]).toMatchObject({
    name: 'Bad orders',
    search: made.rows[0].search,
    columns: ['status', 'webhook'],
  });
  expect((await stage.run(['views', 'get', 'Bad order'])).error.message).toBe(
    'no view has the name "Bad order"; did you mean "Bad orders"?',
  );
  await stage.hooktrail.views.create({ name: 'Webhooks', screen: 'webhooks' });
  expect((await stage.run(['views', 'run', 'Webhooks'])).code).toBe(2);
  expect((await stage.run(['views', 'delete', 'Bad orders', 'Webhooks'])).code).toBe(2);
  const gone = await stage.run(['views', 'delete', 'Bad orders', 'Webhooks', '--yes']);
  expect(gone.rows).toHaveLength(2);
  expect((await stage.run(['views', 'list'])).rows).toEqual([]);
});

describe('replay', () => {
  test('sends one again and says what became of it', async () => {
    const { code, rows } = await stage.run(['replay', failed]);
    expect(code).toBe(1);
    expect(rows[0]).toMatchObject({ id: failed, status: 'server error', attempts_count: 2 });
  });

  test('of many needs --yes off a terminal, has a dry run, and ends with 7 when some failed', async () => {
    const query = ['replay', '--webhook', 'Broken, EU', 'state:undelivered'];
    const bare = await stage.run(query);
    expect(bare.code).toBe(2);
    expect(bare.error.code).toBe('ConfirmationNeeded');
    expect(bare.error.message).toContain('Replay 1 invocation of 1 webhook (Broken, EU)');
    const dry = await stage.run([...query, '--dry-run']);
    expect(dry.rows[0]).toMatchObject({ invocations: 1, exact: true });
    expect((await stage.run(['jobs', 'list'])).rows).toEqual([]);
    const done = await stage.run([...query, '--yes', '--reason', 'test']);
    expect(done.code).toBe(7);
    expect(done.rows[0]).toMatchObject({ state: 'done', counts: { selected: 1, failed: 1 } });
    const { id } = done.rows[0];
    expect((await stage.run(['jobs', 'watch', id])).code).toBe(7);
    expect((await stage.run(['jobs', 'get', id])).rows[0].reason).toBe('test');
    expect((await stage.run(['replay'])).code).toBe(2);
    expect((await stage.run(['replay', failed, failed])).code).toBe(2);
    for (const options of [['--to', 'Orders'], ['--stop-on', '10:0.5'], ['--include-succeeded']]) {
      const ignored = await stage.run(['replay', failed, '--dry-run', ...options]);
      expect(ignored.code).toBe(2);
      expect(ignored.error.message).toContain(`${options[0]} belongs to a query`);
    }
  });

  test('asks on a terminal with the number in it', async () => {
    const run = (answer: string) => {
      let typed = false;
      return stage.run(['replay', 'state:undelivered', 'webhook:"Broken, EU"', '--no-wait'], {
        terminal: true,
        onOutput(output, command) {
          if (typed || !output.includes('[y/N]')) return;
          typed = true;
          command.type(`${answer}\r`);
        },
      });
    };
    const no = await run('n');
    expect(no.code).toBe(1);
    expect(no.stdout).toContain('Replay 1 invocation of 1 webhook');
    expect(no.stdout).toContain('nothing was done');
    const yes = await run('y');
    expect(yes.code).toBe(0);
    const jobs = await stage.run(['jobs', 'list', '-o', 'id']);
    expect(jobs.stdout.trim().split('\n')).toHaveLength(2);
  });
});

test('archive resend selects what is archived only, and refuses what is ours', async () => {
  const dry = await stage.run(['archive', 'resend', 'state:undelivered', '--dry-run']);
  expect(dry.code).toBe(0);
  expect(dry.rows[0]).toMatchObject({ invocations: 0, exact: true, skipped_by_reason: {} });
  const ours = await stage.run([
    ...['archive', 'resend', 'origin:local', 'state:undelivered', '--dry-run'],
  ]);
  expect(ours.code).not.toBe(0);
  expect(ours.error.message).toContain('-origin:local');
  const one = await stage.run(['archive', 'resend', failed]);
  expect(one.error.code).toBe('NotArchived');
  expect((await stage.run(['archive', 'resend'])).code).toBe(2);
  const rate = await stage.run(['archive', 'resend', failed, '--rate', '5']);
  expect(rate.error.message).toContain('--rate belongs to a query');
});

describe('webhooks', () => {
  test('are created, found by name, changed, paused, cloned and deleted', async () => {
    const made = await stage.run([
      ...['webhooks', 'create', 'shop', `${stage.receiver.url}/200`],
      ...['--subscribe', 'shop.*', '--header', 'X-Own: a:b'],
    ]);
    expect(made.rows[0]).toMatchObject({
      name: 'shop',
      subscriptions: ['shop.*'],
      custom_headers: { 'X-Own': 'a:b' },
    });
    const edited = await stage.run(['webhooks', 'edit', 'SHOP', '--description', 'ours']);
    expect(edited.rows[0]).toMatchObject({ description: 'ours', name: 'shop' });
    expect((await stage.run(['webhooks', 'pause', 'shop'])).rows[0].paused).toBe(true);
    expect((await stage.run(['webhooks', 'health', 'shop'])).rows[0].status).toBe('paused');
    expect((await stage.run(['webhooks', 'resume', 'shop'])).rows[0].paused).toBe(false);
    const rules = await stage.run(['webhooks', 'rules', 'shop', '--set', '{"concurrency": 3}']);
    expect(rules.rows[0].effective.concurrency).toBe(3);
    const secret = await stage.run(['webhooks', 'secret', 'shop', '-o', 'id']);
    const reset = await stage.run(['webhooks', 'secret', 'shop', '--reset', '--grace', '60']);
    expect(reset.rows[0].secret).not.toBe(secret.stdout.trim());
    expect((await stage.run(['webhooks', 'test', 'shop', '--payload', '{}'])).code).toBe(0);
    expect((await stage.run(['webhooks', 'test', 'Broken, EU', '--payload', '{}'])).code).toBe(1);
    const copy = await stage.run(['webhooks', 'clone', 'shop']);
    expect(copy.rows[0].name).toBe('shop (copy)');

    const both = ['webhooks', 'delete', 'shop', 'shop (copy)'];
    expect((await stage.run(both)).code).toBe(2);
    expect((await stage.run([...both, '--dry-run'])).rows).toHaveLength(2);
    expect((await stage.run([...both, 'nobody', '--yes'])).code).toBe(3);
    const gone = await stage.run([...both, '--yes', '-o', 'id']);
    expect(gone.code).toBe(0);
    expect(gone.stdout.trim().split('\n')).toHaveLength(2);
    expect((await stage.run(['webhooks', 'get', 'shop'])).code).toBe(3);
  });

  test('of a Zendesk account are reached with --zendesk, and the token of Hooktrail is not sent there', async () => {
    const seen: string[] = [];
    const zendesk = createServer((request, response) => {
      seen.push(request.headers.authorization ?? '');
      response.setHeader('content-type', 'application/json');
      response.end('{"webhooks":[{"id":"w1","name":"remote"}],"meta":{"has_more":false}}');
    });
    await new Promise<void>((resolve) => zendesk.listen(0, '127.0.0.1', resolve));
    const { port } = zendesk.address() as AddressInfo;
    const environment = {
      ZENDESK_BASE_URL: `http://127.0.0.1:${port}`,
      ZENDESK_EMAIL: 'me@example.com',
      ZENDESK_API_TOKEN: 'zd',
    };
    const list = await stage.run(['webhooks', 'list', '--zendesk', 'acme'], { environment });
    expect(list.rows).toEqual([{ id: 'w1', name: 'remote' }]);
    expect(seen).toEqual([`Basic ${btoa('me@example.com/token:zd')}`]);
    const ours = await stage.run(['tail', '--zendesk', 'acme'], { environment });
    expect(ours.code).toBe(2);
    expect(ours.error.message).toContain('Zendesk does not have this operation');
    zendesk.close();
  });

  test('of a Zendesk account have secrets, tests, invocations and attempts as those of Hooktrail', async () => {
    // The node answers as Zendesk does.
    const environment = {
      HOOKTRAIL_URL: 'http://127.0.0.1:9',
      ZENDESK_BASE_URL: stage.url,
      ZENDESK_ACCESS_TOKEN: stage.token,
    };
    const remote = (...args: string[]) =>
      stage.run([...args, '--zendesk', 'acme'], { environment });
    const listed = await remote('invocations', '--webhook', 'broken, eu', '--since', '1h');
    expect(listed.code).toBe(0);
    expect(listed.rows.map(({ id }) => id)).toContain(failed);
    const attempts = await remote('attempts', failed, '--webhook', 'Broken, EU');
    expect(attempts.rows[0]).toMatchObject({ status: 'server error', status_code: 500 });
    expect((await remote('attempts', failed)).code).toBe(2);
    const secret = await remote('webhooks', 'secret', 'Orders', '-o', 'id');
    expect(secret.stdout).toBe((await stage.run(['webhooks', 'secret', good, '-o', 'id'])).stdout);
    expect((await remote('webhooks', 'test', 'Orders', '--payload', '{}')).code).toBe(0);
    expect((await remote('webhooks', 'test', 'Broken, EU', '--payload', '{}')).code).toBe(1);
    expect((await remote('webhooks', 'pause', 'Orders')).code).toBe(2);
  });
});

test('search, counts, events, audit, account, tokens and profiles print what there is', async () => {
  const found = await stage.run(['search', '40123', '-o', 'table']);
  expect(found.stdout).toContain('event body');
  expect((await stage.run(['counts', '--by', 'webhook'])).rows[0].counts).not.toEqual([]);
  expect((await stage.run(['counts', '--by', 'webhook', '-o', 'csv'])).stdout).toContain('Orders');
  expect((await stage.run(['events', 'list', '--type', 'ticket.*'])).rows).toHaveLength(1);
  expect((await stage.run(['audit', '-n', '1'])).rows[0].operation).toMatch(/\w/);
  expect((await stage.run(['account', 'show'])).rows[0].id).toBe(1);
  expect((await stage.run(['account', 'keys'])).rows.map(({ key }) => key)).toContain('/subject');
  const token = await stage.run(['tokens', 'create', 'ci', '--role', 'publish']);
  expect(token.rows[0].secret).toMatch(/^ht_/);
  expect((await stage.run(['tokens', 'revoke', token.rows[0].id])).code).toBe(0);
  const one = await stage.run(['tokens', 'create', 'other', '--role', 'publish', '-o', 'id']);
  const some = ['tokens', 'revoke', '999999', one.stdout.trim(), '--yes', '-o', 'json'];
  const partly = await stage.run(some);
  expect(partly.code).toBe(7);
  expect(JSON.parse(partly.stdout)).toEqual([{ id: one.stdout.trim() }]);
});

test('open shows the link to its browser on a terminal alone, and the link signs in once', async () => {
  const folder = join(stage.home, 'browser');
  const opened = join(folder, 'opened');
  await mkdir(folder);
  // All that the pseudo-terminal needs, and no browser.
  for (const name of ['script', 'stty']) await symlink(`/usr/bin/${name}`, join(folder, name));
  const environment = { PATH: folder };
  const alone = await stage.run(['open'], { terminal: true, environment });
  expect([alone.code, alone.stdout]).toEqual([0, expect.stringContaining('/console/#code=')]);
  const script = `#!/bin/sh\nprintf '%s\\n' "$*" >> ${opened}\n`;
  await writeFile(join(folder, 'xdg-open'), script, { mode: 0o755 });
  for (const options of [{}, { terminal: true }]) {
    const args = ['open', ...('terminal' in options ? ['--print'] : [])];
    const { code, stdout } = await stage.run(args, { ...options, environment });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/\/console\/#code=\S+\r?\n$/)]);
  }
  const shown = await stage.run(['open'], { terminal: true, environment });
  const link = shown.stdout.trim();
  // The command does not wait for its browser.
  const text = await eventually('the browser', async () => {
    const written = await readFile(opened, 'utf8').catch(() => '');
    return written.endsWith('\n') && written;
  });
  expect([shown.code, text]).toEqual([0, `${link}\n`]);
  const { hash, origin } = new URL(link);
  expect(origin).toBe(stage.url);
  const signIn = () =>
    fetch(`${stage.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ code: hash.replace('#code=', '') }),
    });
  expect((await signIn()).status).toBe(201);
  expect((await signIn()).status).toBe(401);
});

test('inboxes are created with secrets of a file, listed, changed, rotated and deleted', async () => {
  const secrets = { input: '0123456789abcdef\n\nfedcba9876543210\n' };
  const create = ['inboxes', 'create', 'Zendesk', '--scheme', 'zendesk', '--secrets', '-'];
  const made = await stage.run(create, secrets);
  expect(made.rows[0]).toMatchObject({
    secrets_count: 2,
    address: expect.stringMatching('/in/hi_'),
  });
  const { address, id } = made.rows[0];
  expect((await stage.run(['inboxes', 'list', '-o', 'id'])).stdout).toBe(`${id}\n`);
  const edit = ['inboxes', 'edit', id, '--type-header', 'X-Topic', '--tolerance', '60'];
  expect((await stage.run(edit)).rows[0]).toMatchObject({
    type_header: 'X-Topic',
    tolerance_seconds: 60,
    secrets_count: 2,
  });
  expect((await stage.run(['inboxes', 'edit', id])).code).toBe(2);
  const cleared = await stage.run(['inboxes', 'edit', id, '--type-header', '']);
  expect(cleared.rows[0]).not.toHaveProperty('type_header');
  const rotated = await stage.run(['inboxes', 'rotate', id, '--grace', '60']);
  expect(rotated.rows[0].previous_until).toMatch(/Z$/);
  expect(rotated.rows[0].address).not.toBe(address);
  expect((await stage.run(['inboxes', 'get', id])).rows[0]).not.toHaveProperty('address');
  expect((await stage.run(['inboxes', 'create', 'x', '--scheme', 'github'])).code).toBe(5);
  expect((await stage.run(['inboxes', 'delete', id])).code).toBe(0);
  expect((await stage.run(['inboxes', 'get', id])).code).toBe(3);
});

test('alerts are listed, shown, acknowledged, muted and unmuted', async () => {
  // The engine would wait for its rules.
  await sql(
    stage.databaseUrl,
    `insert into alert (
  account_id, id, kind, severity, subject, webhook_id, value, threshold, facts, started_at, opened_at, muted
)
select 1, gen_random_uuid(), 'failing', 'critical', id::text, id, 0.75, 0.5,
  '{"name":"Broken, EU","failed":30,"settled":40,"window_seconds":900}', now(), now(), false
from webhook where name = 'Broken, EU'`,
  );
  const open = ['alerts', '--state', 'open', '--kind', 'failing'];
  const listed = await stage.run(open);
  expect(listed.code).toBe(0);
  expect(listed.rows).toHaveLength(1);
  const [{ id, summary }] = listed.rows;
  expect(summary).toContain('30 of 40');
  expect((await stage.run([...open, '--exit-code', '-o', 'id'])).code).toBe(1);
  const other = await stage.run([...open, '--webhook', 'Orders', '--exit-code']);
  expect([other.code, other.stdout]).toEqual([0, '']);
  const shown = await stage.run(['alerts', 'show', id]);
  expect(shown.rows[0]).toMatchObject({ id, webhook: { id: bad }, notices: [] });
  const acknowledged = await stage.run(['alerts', 'ack', id, '--note', 'being moved']);
  expect(acknowledged.rows[0]).toMatchObject({ state: 'open', note: 'being moved' });
  expect((await stage.run(['alerts', 'ack', id, '--note', 'x'.repeat(501)])).code).toBe(5);
  expect((await stage.run(['alerts', 'show', good])).code).toBe(3);
  expect((await stage.run(['alerts', 'list', '--state', 'closed'])).code).toBe(5);

  expect((await stage.run(['alerts', 'mute'])).code).toBe(2);
  const both = ['alerts', 'mute', '--kind', 'failing', '--for', '1h', '--until', '2030-01-01'];
  expect((await stage.run(both)).code).toBe(2);
  const forever = await stage.run(['alerts', 'mute', '--kind', 'storage']);
  const muted = await stage.run(['alerts', 'mute', '--webhook', 'broken, eu', '--for', '2h']);
  expect(muted.rows[0]).toMatchObject({ webhook: { id: bad, name: 'Broken, EU' } });
  const hours = (Date.parse(muted.rows[0].until) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(1.9);
  expect(hours).toBeLessThan(2.1);
  for (const wrong of ['50', '2h', 'Nov 28 2030']) {
    expect((await stage.run(['alerts', 'mute', '--kind', 'gap', '--until', wrong])).code).toBe(2);
  }
  const dated = await stage.run(
    ['alerts', 'mute', '--kind', 'gap', '--until', '2030-01-01T08:00'],
    {
      environment: { TZ: 'America/New_York' },
    },
  );
  expect(Date.parse(dated.rows[0].until)).toBe(Date.UTC(2030, 0, 1, 8));
  const ids = [dated, muted, forever].map(({ rows }) => rows[0].id);
  expect((await stage.run(['alerts', 'mutes', '-o', 'id'])).stdout).toBe(`${ids.join('\n')}\n`);
  expect((await stage.run(['alerts', 'unmute', ...ids])).code).toBe(2);
  expect((await stage.run(['alerts', 'unmute', ...ids, '--yes'])).code).toBe(0);
  expect((await stage.run(['alerts', 'mutes'])).rows).toEqual([]);
});

test('rules of alerts are listed, set and set back', async () => {
  const kinds = (await stage.run(['alerts', 'rules', '-o', 'id'])).stdout;
  expect(kinds.split('\n')).toContain('certificate');
  const set = ['alerts', 'rules', 'set', 'failing'];
  const quiet = ['--quiet-hours', '22:00-07:00 Europe/Berlin sat,sun', '--disable'];
  const changed = await stage.run([...set, '--threshold', '0.25', '--window', '1h', ...quiet]);
  expect(changed.rows[0]).toMatchObject({
    threshold: 0.25,
    window_seconds: 3_600,
    enabled: false,
    is_default: false,
    quiet_hours: { time_zone: 'Europe/Berlin', days: ['sat', 'sun'], except_critical: true },
  });
  expect((await stage.run([...set, '--threshold', '2'])).code).toBe(5);
  for (const wrong of [[], ['--default', '--enable'], ['--quiet-for-critical']]) {
    expect((await stage.run([...set, ...wrong])).code).toBe(2);
  }
  const back = await stage.run([...set, '--default']);
  expect(back.rows[0]).toMatchObject({ threshold: 0.5, enabled: true, is_default: true });
});

test('routes of alerts are added with a URL of a file, tested, changed and deleted', async () => {
  const add = ['alerts', 'routes', 'add', 'On call', '--kind', 'slack'];
  expect((await stage.run(add)).code).toBe(5);
  const made = await stage.run([...add, '--target-file', '-'], {
    input: `${stage.receiver.url}/200\n`,
  });
  expect(made.rows[0]).toMatchObject({ kind: 'slack', enabled: true });
  const test = await stage.run(['alerts', 'routes', 'test', 'on call']);
  expect([test.code, test.rows[0].sent]).toEqual([0, true]);
  const edit = ['alerts', 'routes', 'edit', 'On call'];
  const moved = [...edit, '--target', `${stage.receiver.url}/500`, '--kinds', 'failing,breaker'];
  expect((await stage.run(moved)).rows[0]).toMatchObject({ kinds: ['failing', 'breaker'] });
  expect((await stage.run(['alerts', 'routes', 'test', 'On call'])).code).toBe(1);
  expect((await stage.run([...edit, '--kinds', 'all'])).rows[0].kinds ?? null).toBeNull();
  expect((await stage.run(edit)).code).toBe(2);
  const both = [...edit, '--no-bearer-token', '--bearer-token-file', '-'];
  expect((await stage.run(both, { input: 'abc' })).code).toBe(2);
  const missed = await stage.run(['alerts', 'routes', 'test', 'On cal']);
  expect(missed.code).toBe(3);
  expect(missed.error.message).toContain('did you mean "On call"?');
  expect((await stage.run(['alerts', 'routes', 'delete', 'On call'])).code).toBe(0);
  expect((await stage.run(['alerts', 'routes'])).rows).toEqual([]);
});

test('a source is added with a token of a file, shown, changed, steered and deleted', async () => {
  const double = await startZendeskDouble();
  try {
    const { apiToken, email } = double.auth;
    const add = ['archive', 'add', 'acme', '--base-url', double.url];
    const without = await stage.run(add);
    expect(without.code).toBe(2);
    expect(without.error.code).toBe('CredentialsNeeded');
    const given = [...add, '--email', email, '--api-token-file', '-', '--bodies', 'sample:20'];
    const made = await stage.run(given, { input: `${apiToken}\n` });
    expect(made.code).toBe(0);
    expect(made.rows[0]).toMatchObject({
      name: 'acme',
      base_url: double.url,
      credentials: { type: 'api_token', email },
      bodies: { policy: 'sample', every: 20 },
    });
    expect(JSON.parse(made.stderr).note.access).toMatchObject({ webhooks: true });
    expect(made.stdout + made.stderr).not.toContain(apiToken);
    expect((await stage.run(['archive', 'list', '-o', 'id'])).stdout).toBe(`${made.rows[0].id}\n`);
    const edit = ['archive', 'edit', 'ACME', '--mask-fields', 'iban, pin', '--keep-months', '6'];
    const asked = await stage.run(edit);
    expect(asked.code).toBe(2);
    expect(asked.error.message).toContain('older than 6 months? So far 0 rows');
    const edited = await stage.run([...edit, '--yes', '--webhooks', 'all']);
    expect(edited.stderr).toBe('');
    expect(edited.rows[0]).toMatchObject({ keep_months: 6, masking: { fields: ['iban', 'pin'] } });
    expect((await stage.run(['archive', 'edit', 'acme'])).code).toBe(2);
    const longer = await stage.run(['archive', 'edit', 'acme', '--keep-months', 'forever']);
    expect(longer.rows[0]).not.toHaveProperty('keep_months');
    expect((await stage.run(['archive', 'pause', 'acme'])).rows[0].state).toBe('paused');
    double.callers.set(double.auth, undefined);
    expect((await stage.run(['archive', 'resume', 'acme'])).code).toBe(0);
    expect((await stage.run(['archive', 'poll', 'acme'])).code).toBe(0);
    await eventually('the refusal is known', async () => {
      const [source] = await stage.hooktrail.sources.list();
      return source?.state === 'failing';
    });
    const failing = await stage.run(['archive', 'status']);
    expect(failing.code).toBe(1);
    expect(failing.rows[0].error.code).toBe('unauthorized');
    expect((await stage.run(['archive', 'gaps', 'acme', '-o', 'json'])).stdout).toBe('[]\n');
    const reconcile = ['archive', 'reconcile', 'acme'];
    const compared = await stage.run([...reconcile, '--exit-code', '--since', '2d']);
    expect([compared.code, compared.rows]).toEqual([7, []]);
    expect(compared.stderr).toContain('nothing was compared');
    expect(compared.stderr).toContain('no webhook of this source sends to an inbox');
    expect(compared.stderr).not.toContain('nothing is missing');
    expect((await stage.run([...reconcile, '--since', 'x'])).code).toBe(2);
    expect((await stage.run([...reconcile, '--since', '50'])).code).toBe(2);
    expect((await stage.run([...reconcile, '--since', '40d'])).code).toBe(5);
    expect((await stage.run([...reconcile, '--kind', 'lost'])).code).toBe(5);
    const remove = ['archive', 'delete', 'acme'];
    const question = await stage.run(remove);
    expect(question.code).toBe(2);
    expect(question.error.message).toContain('"acme" with 0 rows of 0 invocations');
    expect((await stage.run([...remove, '--dry-run'])).rows[0].name).toBe('acme');
    expect((await stage.run([...remove, '--yes'])).code).toBe(0);
    expect((await stage.run(['archive', 'status', 'acme'])).code).toBe(3);
  } finally {
    await double.close();
  }
});

test('sign and verify agree with each other, and with deliveries', async () => {
  const environment = { HOOKTRAIL_SIGNING_SECRET: 'a secret of sixteen' };
  const signed = await stage.run(['sign'], { environment, input: '{"a":1}' });
  const [row] = signed.rows;
  const verify = (body: string) =>
    stage.run(
      [
        ...['verify', '--signature', row['x-zendesk-webhook-signature']],
        ...['--timestamp', row['x-zendesk-webhook-signature-timestamp']],
      ],
      { environment, input: body },
    );
  expect((await verify('{"a":1}')).code).toBe(0);
  expect((await verify('{"a":2}')).code).toBe(1);
});

test('listen makes a webhook, verifies what arrives, answers as it was told, and deletes the webhook', async () => {
  let published = false;
  const { code, rows } = await stage.run(
    ['listen', '--create', 'laptop', '--subscribe', 'laptop.*', '--status', '202', '-c', '1'],
    {
      onOutput(output) {
        if (published || !output.includes('created the webhook')) return;
        published = true;
        void stage.hooktrail.events.publish({ type: 'laptop.hello' });
      },
    },
  );
  expect(code).toBe(0);
  expect(rows[0]).toMatchObject({ method: 'POST', signature: 'valid', status: 202 });
  expect(JSON.parse(rows[0].body).type).toBe('laptop.hello');
  expect((await stage.run(['webhooks', 'get', 'laptop'])).code).toBe(3);
});

test('listen does not wait for a delay at Ctrl-C', async () => {
  let sent = false;
  const { code } = await stage.run(['listen', '--delay', '600000'], {
    onOutput(output, command) {
      const url = /http:[^"]+/.exec(output)?.[0];
      if (sent || url === undefined) return;
      sent = true;
      const posted = request(url, { method: 'POST', headers: { expect: '100-continue' } });
      posted.on('error', () => undefined);
      // Now the receiver has it.
      posted.on('continue', () => posted.end('{}', () => command.interrupt()));
      posted.flushHeaders();
    },
  });
  expect(code).toBe(130);
});

test('a command that changes something does not end with 0 when its reader is gone', async () => {
  const input = Array.from({ length: 3_000 }, (_, at) => `{"type":"head.a","id":"h-${at}"}\n`).join(
    '',
  );
  const script = `set -o pipefail; "$@" | head -c 1 > /dev/null`;
  const ended = async (...args: string[]) => {
    const child = spawn('bash', ['-c', script, 'sh', process.execPath, BINARY, ...args], {
      env: { ...process.env, ...stage.environment },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.on('error', () => undefined).end(input);
    const [code] = await once(child, 'close');
    return code;
  };
  expect(await ended('publish', '--batch', '-')).toBe(1);
  expect(await ended('events', 'list', '--all')).toBe(0);
});

test('publish names the line to go on with when its reader is gone while a batch is on its way', async () => {
  // So large that a batch has few rows: they fit the buffer of the output, and the next batch begins before
  // the first write has failed.
  const line = (at: number): string =>
    `${JSON.stringify({ type: 'gone.a', id: `g-${at}`, data: 'x'.repeat(200_000) })}\n`;
  const child = spawn(process.execPath, [BINARY, 'publish', '--batch', '-'], {
    env: { ...process.env, ...stage.environment },
    stdio: 'pipe',
  });
  child.stdout.destroy();
  child.stdin.on('error', () => undefined);
  child.stdin.end(Array.from({ length: 60 }, (_, at) => line(at)).join(''));
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(code).toBe(1);
  const { error } = JSON.parse(stderr.trim().split('\n').at(-1) as string);
  expect(error).toMatchObject({
    code: 'OutputClosed',
    next: expect.stringMatching(/^[1-9]\d* events? published\. Go on with --from-line [1-9]/),
  });
});

test.each([
  ['only reads', ['list'], 'repeat it with a reader'],
  [
    'prints a secret that it does not show again',
    ['tokens', 'create', 'lost', '--role', 'read'],
    'look before you repeat it',
  ],
  ['asks for the version', ['--version'], undefined],
])(
  'a command that %s says that its output cannot be written, and ends with 1',
  async (_name, args, next) => {
    // Writes to it fail as those to a full disk do.
    const script = 'exec "$@" > /dev/full';
    const child = spawn('bash', ['-c', script, 'sh', process.execPath, BINARY, ...args], {
      env: { ...process.env, ...stage.environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect(code).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'OutputClosed',
      message: 'standard output cannot be written (ENOSPC)',
      ...(next !== undefined && { next: expect.stringContaining(next) }),
    });
  },
);

test('words that cannot be written change neither the data nor the exit code', async () => {
  const ended = async (...args: string[]) => {
    const child = spawn(
      'bash',
      ['-c', '"$@" 2> /dev/full', 'sh', process.execPath, BINARY, ...args],
      {
        env: { ...process.env, ...stage.environment },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    return [code, stdout.split('\n').length - 1];
  };
  // It says that there are more.
  expect(await ended('list', '--limit', '1')).toEqual([0, 1]);
  expect(await ended('get', '01M8HTAW2PZRKB1HMA9YE1PR53')).toEqual([3, 0]);
});

test('Ctrl-C ends a batch that waits for more of its input, and says where to go on', async () => {
  const child = spawn(process.execPath, [BINARY, 'publish', '--batch', '-'], {
    env: { ...process.env, ...stage.environment },
    stdio: 'pipe',
  });
  // A batch is full, and the input stays open.
  child.stdin.write('{"type":"open.a"}\n'.repeat(1_001));
  child.stdout.once('data', () => child.kill('SIGINT')).resume();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(code).toBe(130);
  expect(JSON.parse(stderr.trim().split('\n').at(-1) as string).error.next).toContain(
    '1000 events published. Go on with --from-line 1001',
  );
});

test('doctor says what is wrong and what to do, and ends with 1 for a problem', async () => {
  const { port } = new URL(stage.url);
  const well = await stage.run(['doctor'], {
    environment: { HOOKTRAIL_PORT: port, HOOKTRAIL_DATA_DIR: stage.home },
  });
  const found = (rows: { check: string; state: string }[]) =>
    Object.fromEntries(rows.map(({ check, state }) => [check, state]));
  expect(found(well.rows)).toMatchObject({ settings: 'ok', port: 'ok', server: 'ok', token: 'ok' });
  expect(found(well.rows)).toMatchObject({ clock: 'ok', 'data folder': 'ok' });
  const ill = await stage.run(['doctor'], {
    environment: { HOOKTRAIL_PORT: 'x', HOOKTRAIL_TOKEN: 'ht_wrong' },
  });
  expect(ill.code).toBe(1);
  expect(found(ill.rows)).toMatchObject({ settings: 'problem', token: 'problem' });
  const database = await stage.run(['doctor'], {
    environment: {
      HOOKTRAIL_DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/nothing',
      HOOKTRAIL_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
    },
  });
  expect(database.rows.find(({ check }) => check === 'database')).toMatchObject({
    state: 'problem',
    message: expect.stringContaining('127.0.0.1:9'),
  });
});

test('doctor knows another server, a URL that is none, and tokens that others can read', async () => {
  const other = createServer((_request, response) => response.end('<html></html>'));
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  const stateOf = async (check: string, environment: Readonly<Record<string, string>>) => {
    const { rows } = await stage.run(['doctor'], { environment });
    return rows.find((row) => row.check === check);
  };
  const url = `http://127.0.0.1:${port}`;
  expect(await stateOf('server', { HOOKTRAIL_URL: url })).toMatchObject({
    state: 'problem',
    message: `something else than Hooktrail answers at ${url}`,
  });
  expect(await stateOf('port', { HOOKTRAIL_PORT: String(port) })).toMatchObject({
    state: 'problem',
  });
  other.close();
  other.closeAllConnections();
  const garbage = await stateOf('server', { HOOKTRAIL_URL: 'localhost:4400' });
  expect(garbage).toMatchObject({ state: 'problem', next: expect.stringContaining('http://') });
  await stage.run(['login', '--profile', 'open', '--token', stage.token, '--url', stage.url]);
  const path = join(stage.home, 'hooktrail', 'config.json');
  const profile = { HOOKTRAIL_PROFILE: 'open', HOOKTRAIL_URL: '', HOOKTRAIL_TOKEN: '' };
  expect(await stateOf('profiles', profile)).toBeUndefined();
  await chmod(path, 0o644);
  expect(await stateOf('profiles', profile)).toMatchObject({ next: `chmod 600 ${path}` });
  await stage.run(['profiles', 'remove', 'open']);
});
