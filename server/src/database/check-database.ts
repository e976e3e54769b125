import pg from 'pg';
import { CannotStart } from '../model/cannot-start.ts';
import { type Server, serverOf } from './server-of.ts';
import { sessionOf } from './session-of.ts';
import { SESSION_SETTINGS } from './session-settings.ts';

const OLDEST_POSTGRES = 15;

/** A connection takes milliseconds; a firewall that drops packets never answers. */
const CONNECT_MS = 10_000;

interface Facts {
  readonly version: string;
  readonly encoding: string;
  readonly read_only: boolean;
  readonly schema: string | null;
  readonly may_create: boolean | null;
  /** Null where there is no table yet. */
  readonly owns_tables: boolean | null;
  readonly settings: Readonly<Record<string, string>>;
}

/** It needs no more rights than to connect, and nothing newer than PostgreSQL 9.6. */
const FACTS = `
select
  current_setting('server_version') as version,
  current_setting('server_encoding') as encoding,
  pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as read_only,
  current_schema() as schema,
  has_schema_privilege(current_schema(), 'create') as may_create,
  (select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass('invocation'))
    as owns_tables,
  (select jsonb_object_agg(lower(name), setting) from pg_settings where lower(name) = any($1))
    as settings`;

/**
 * Checks that a database can carry a node, before anything is written to it. What a node needs
 * later, such as the right to make the partitions of next week, must fail its start and not its
 * work.
 *
 * @throws CannotStart, and what the connection throws
 */
export async function checkDatabase(url: string): Promise<void> {
  const one = connection(url);
  const other = connection(url);
  try {
    await one.connect();
    const { rows } = await one.query<Facts>(FACTS, [Object.keys(SESSION_SETTINGS)]);
    const server = serverOf(url);
    checkFacts(rows[0] as Facts, server);
    await other.connect();
    if (await sharesSessions(one, other)) {
      throw new CannotStart(
        `${server.place} is a connection pooler that shares sessions, such as PgBouncer with ` +
          'pool_mode = transaction; a node needs its own for LISTEN and prepared statements. Set ' +
          'HOOKTRAIL_DATABASE_URL to PostgreSQL itself, or the pooler to pool_mode = session.',
      );
    }
    checkSettings(rows[0] as Facts, server);
  } finally {
    for (const client of [one, other]) client.end().catch(() => undefined);
  }
}

function connection(url: string): pg.Client {
  const client = new pg.Client({
    ...sessionOf(url),
    application_name: 'hooktrail start',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
  });
  // Without a listener, a connection lost between two queries would end the process.
  client.on('error', () => undefined);
  return client;
}

function checkFacts(facts: Facts, { place, user, database }: Server): void {
  const { version, encoding, schema } = facts;
  if (Number.parseInt(version, 10) < OLDEST_POSTGRES) {
    throw new CannotStart(
      `Hooktrail needs PostgreSQL ${OLDEST_POSTGRES} or newer; ${place} is PostgreSQL ${version}. ` +
        'Upgrade it, or set HOOKTRAIL_DATABASE_URL to another.',
    );
  }
  if (encoding !== 'UTF8') {
    throw new CannotStart(
      `The database "${database}" has the encoding ${encoding}, which cannot store every event. ` +
        `Create one with UTF8 (createdb --encoding=UTF8 --template=template0 NAME) and set ` +
        'HOOKTRAIL_DATABASE_URL to it.',
    );
  }
  if (facts.read_only) {
    throw new CannotStart(
      `The database "${database}" at ${place} is read-only: a standby, or ` +
        'default_transaction_read_only is on. Set HOOKTRAIL_DATABASE_URL to the primary.',
    );
  }
  if (schema === null || !facts.may_create) {
    throw new CannotStart(
      `The user "${user}" may not create tables in the database "${database}"` +
        `${schema === null ? ', where its search_path names no schema that it may use' : ''}. As a ` +
        `superuser: ${
          schema === null || schema === 'public'
            ? `ALTER DATABASE "${database}" OWNER TO "${user}"`
            : `GRANT CREATE ON SCHEMA "${schema}" TO "${user}"`
        }`,
    );
  }
  if (facts.owns_tables === false) {
    throw new CannotStart(
      `The tables in the database "${database}" belong to another user than "${user}", which could ` +
        'not create the partitions of the coming days. Start with the user that created them, or ' +
        `make "${user}" a member of that role.`,
    );
  }
}

/**
 * A pooler that hands out sessions by the transaction gives two idle clients the same one, or a
 * client another one while its own is taken.
 */
async function sharesSessions(one: pg.Client, other: pg.Client): Promise<boolean> {
  const first = await processOf(one);
  if ((await processOf(other)) === first) return true;
  await other.query('begin');
  try {
    return (await processOf(one)) !== first;
  } finally {
    await other.query('rollback');
  }
}

async function processOf(client: pg.Client): Promise<number> {
  return (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;
}

function checkSettings({ settings }: Facts, { place, user }: Server): void {
  const lost = Object.entries(SESSION_SETTINGS).filter(([name, value]) => settings[name] !== value);
  if (lost.length === 0) return;
  const shown = lost.map(([name, value]) => `${name} is ${settings[name]} and not ${value}`);
  const remedy = lost.map(([name, value]) => `ALTER ROLE "${user}" SET ${name} = '${value}'`);
  throw new CannotStart(
    `${place} drops settings that a node sends with its connections (${shown.join(', ')}), as a ` +
      'pooler does with ignore_startup_parameters = options. Set HOOKTRAIL_DATABASE_URL to ' +
      `PostgreSQL itself, or let the role have them: ${remedy.join('; ')}`,
  );
}
