import { startDatabaseGate } from '@hooktrail/harness/database-gate';
import { eventually } from '@hooktrail/harness/eventually';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { type Listener, listen } from './listen.ts';

const log = pino({ level: 'silent' });

let test: TestDatabase;
let admin: pg.Client;
let listener: Listener | undefined;
let heard: string[];
let listening: number;
let onListening: () => Promise<void>;
beforeEach(async () => {
  test = await createTestDatabase();
  admin = new pg.Client({ connectionString: test.url });
  await admin.connect();
  listener = undefined;
  heard = [];
  listening = 0;
  onListening = async () => {
    listening++;
  };
});
afterEach(async () => {
  await listener?.stop();
  await admin.end();
  await test.drop(); // fails if a connection leaked
});

async function start(url = test.url): Promise<Listener> {
  listener = await listen({
    url,
    log,
    channels: {
      hooktrail_webhook: (payload) => heard.push(`webhook ${payload}`),
      hooktrail_access: (payload) => heard.push(`access ${payload}`),
      hooktrail_due: (payload) => heard.push(`due ${payload}`),
      hooktrail_breaker: (payload) => heard.push(`breaker ${payload}`),
    },
    onListening: () => onListening(),
  });
  return listener;
}

const tell = (channel: string, payload: string) =>
  admin.query('select pg_notify($1, $2)', [channel, payload]);

async function listeners(): Promise<number[]> {
  const { rows } = await admin.query<{ pid: number }>(
    `select pid from pg_stat_activity
    where datname = current_database() and application_name ~ '^hooktrail .*listener$'`,
  );
  return rows.map(({ pid }) => pid);
}

async function cutOff(): Promise<void> {
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name ~ '^hooktrail .*listener$'`,
  );
}

/** What somebody waits for until the test lets them proceed. */
function hold(): { readonly held: Promise<void>; readonly proceed: () => void } {
  let proceed: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  return { held, proceed };
}

describe('listen', () => {
  it('receives notifications of its channels once it resolves', async () => {
    await start();
    expect(listening).toBe(1);
    await tell('hooktrail_webhook', 'a');
    await tell('hooktrail_due', 'b,c');
    await tell('hooktrail_access', '');
    await tell('something_else', 'd');
    await tell('hooktrail_webhook', 'e');
    await eventually('all of it', () => heard.length >= 4);
    expect(heard).toEqual(['webhook a', 'due b,c', 'access ', 'webhook e']);
  });

  it('reconnects whenever its connection is lost, and calls onListening each time', async () => {
    await start();
    for (let turn = 2; turn <= 3; turn++) {
      await cutOff();
      await eventually('it to listen again', () => listening === turn);
      await tell('hooktrail_webhook', `${turn}`);
      await eventually('the notification', () => heard.includes(`webhook ${turn}`));
    }
    await eventually('one connection', async () => (await listeners()).length === 1);
  });

  it('retries when onListening fails, and receives nothing twice', async () => {
    await start();
    let failures = 2;
    onListening = async () => {
      if (failures-- > 0) throw new Error('the directory cannot be read');
      listening++;
    };
    await cutOff();
    await eventually('it to listen again', () => listening === 2);
    await tell('hooktrail_webhook', 'a');
    await eventually('the notification', () => heard.length > 0);
    expect(heard).toEqual(['webhook a']);
    await eventually('one connection', async () => (await listeners()).length === 1);
  });

  it('reconnects when the connection is lost while onListening runs', async () => {
    await start();
    onListening = async () => {
      listening++;
      if (listening === 2) await cutOff();
    };
    await cutOff();
    await eventually('it to listen again', () => listening === 3);
    await tell('hooktrail_webhook', 'a');
    await eventually('the notification', () => heard.length > 0);
  });

  it('does not say that it listens between two tries', async () => {
    const started = await start();
    let failures = 0;
    onListening = async () => {
      failures++;
      throw new Error('the directory cannot be read');
    };
    await cutOff();
    await eventually('a failure', () => failures > 0);
    await eventually('it to say so', () => !started.isListening);
    onListening = async () => undefined;
    await eventually('it to listen again', () => started.isListening);
  });

  it('does not say that it listens when the connection is lost while onListening runs', async () => {
    const started = await start();
    const { held, proceed } = hold();
    onListening = async () => {
      listening++;
      if (listening === 2) await held;
    };
    await cutOff();
    await eventually('it to come back', () => listening === 2);
    expect(started.isListening).toBe(true);
    await cutOff();
    await eventually('it to say so', () => !started.isListening);
    proceed();
    await eventually('it to listen again', () => started.isListening);
  });

  it('rejects when the first connection fails, and leaks nothing', async () => {
    onListening = () => Promise.reject(new Error('no'));
    await expect(start()).rejects.toThrow('no');
    expect(await listeners()).toEqual([]);
  });

  it('stops, and stays stopped', async () => {
    const started = await start();
    await started.stop();
    await tell('hooktrail_webhook', 'a');
    await eventually('the end of the connection', async () => (await listeners()).length === 0);
    expect(heard).toEqual([]);
    expect(listening).toBe(1);
  });

  it('stops while onListening runs, and leaks no connection', async () => {
    const started = await start();
    const { held, proceed } = hold();
    onListening = async () => {
      listening++;
      await held;
    };
    await cutOff();
    await eventually('it to come back', () => listening === 2);
    const stopped = started.stop();
    proceed();
    await stopped;
    await eventually('the end of the connection', async () => (await listeners()).length === 0);
  });

  it('stops while it connects, and leaks no connection', async () => {
    const gate = await startDatabaseGate(test.url);
    const started = await start(gate.url);
    gate.shut();
    gate.cut();
    await eventually('it to connect', () => gate.connections === 2);
    const stopped = started.stop();
    gate.open();
    await stopped;
    expect(listening).toBe(1);
    await eventually('the end of the connection', async () => (await listeners()).length === 0);
    await gate.close();
    expect(gate.connections).toBe(2);
  });
});
