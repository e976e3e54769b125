import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@hooktrail/harness/free-port';
import { idleLoop } from '@hooktrail/harness/idle-loop';
import { type RunningNode, startNode } from '@hooktrail/harness/node-process';
import { type Receiver, startReceiver } from '@hooktrail/harness/receiver';
import { sql } from '@hooktrail/harness/sql';
import { UndoStack } from '@hooktrail/harness/undo-stack';
import { Hooktrail } from '@hooktrail/sdk/hooktrail';
import { inject } from 'vitest';
import { type Ended, type RunOptions, runCommand } from './run-command.ts';

/** A real node, a receiver, and the command that points to both. */
export interface Stage {
  readonly url: string;
  readonly token: string;
  readonly hooktrail: Hooktrail;
  readonly receiver: Receiver;
  /** The database of the node. */
  readonly databaseUrl: string;
  /** A folder of its own, where profiles are kept. */
  readonly home: string;
  /** Runs the command with the node's URL and an admin's token in the environment. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** What a command needs to run against this node. */
  readonly environment: Readonly<Record<string, string>>;
  webhook(name: string, path: string, subscription: string): Promise<string>;
  /** Kills the node and starts another one on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const TOKEN = 'cli_test_token_of_the_operator_00001';

/** Starts a node on a database of its own, and a receiver: `/STATUS` answers with that status. */
export async function startStage(): Promise<Stage> {
  const undo = new UndoStack();
  try {
    return await setUp(undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function setUp(undo: UndoStack): Promise<Stage> {
  const home = await mkdtemp(join(tmpdir(), 'hooktrail-cli-'));
  undo.push(() => rm(home, { recursive: true, force: true }));
  const server = inject('postgresUrl');
  const template = inject('templateDatabase');
  const database = `${template}_cli_${process.pid}_${Date.now().toString(36)}`;
  await sql(server, `create database ${database} template ${template} strategy file_copy`);
  undo.push(() => sql(server, `drop database ${database} with (force)`));
  const databaseUrl = new URL(server);
  databaseUrl.pathname = database;

  const receiver = await startReceiver({
    behaviour({ path }, response) {
      const status = Number(path.slice(1)) || 200;
      response.writeHead(status, { 'x-answer': 'yes' });
      response.end(status >= 400 ? 'broken: \u001b[31mred\u001b[0m' : 'ok');
    },
  });
  undo.push(() => receiver.close());

  const port = await freePort();
  let node: RunningNode;
  const start = async () => {
    node = await startNode({
      program: inject('serverProgram'),
      env: {
        ...idleLoop(),
        HOOKTRAIL_HOST: '127.0.0.1',
        HOOKTRAIL_PORT: String(port),
        HOOKTRAIL_DATABASE_URL: databaseUrl.href,
        HOOKTRAIL_BOOTSTRAP_TOKEN: TOKEN,
        HOOKTRAIL_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        HOOKTRAIL_ALLOWED_NETWORKS: '127.0.0.0/8',
        HOOKTRAIL_EXPORT_DIR: join(home, 'exports'),
      },
    });
  };
  const kill = async () => {
    node.kill('SIGKILL');
    await node.ended;
  };
  await start();
  undo.push(kill);

  const url = `http://127.0.0.1:${port}`;
  const hooktrail = new Hooktrail({ baseUrl: url, auth: { accessToken: TOKEN } });
  const environment = { HOOKTRAIL_URL: url, HOOKTRAIL_TOKEN: TOKEN, XDG_CONFIG_HOME: home };
  return {
    url,
    token: TOKEN,
    hooktrail,
    receiver,
    databaseUrl: databaseUrl.href,
    home,
    environment,
    run: (args, options = {}) =>
      runCommand(args, { ...options, environment: { ...environment, ...options.environment } }),
    async webhook(name, path, subscription) {
      const { id } = await hooktrail.webhooks.create({
        name,
        endpoint: receiver.url + path,
        httpMethod: 'POST',
        requestFormat: 'json',
        status: 'active',
        subscriptions: [subscription],
      });
      return id;
    },
    async restart() {
      await kill();
      await start();
    },
    async close() {
      const errors = await undo.run();
      if (errors.length > 0) throw errors[0];
    },
  };
}
