import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { CannotStart } from './model/cannot-start.ts';
import { whyStartFailed } from './why-start-failed.ts';

/* What `refused-starts.test.ts` cannot bring about with real processes on every machine. */

const config = {
  host: '127.0.0.1',
  port: 80,
  databaseUrl: 'postgresql://me:hush@db.example.com:6543/hooks' as string | undefined,
  dataDir: '/data',
};

function system(code: string, more: object = {}): Error {
  return Object.assign(new Error(`${code}: something\nwent wrong`), { code, ...more });
}

function fromPostgres(code: string, message: string): Error {
  return Object.assign(new pg.DatabaseError(message, 0, 'error'), { code });
}

describe('whyStartFailed', () => {
  test.each([
    [
      system('EACCES', { syscall: 'listen' }),
      /^This user may not listen on port 80 of 127\.0\.0\.1/,
    ],
    [
      system('EINVAL', { syscall: 'listen' }),
      /^Hooktrail cannot listen on port 80 .*HOOKTRAIL_HOST/,
    ],
    [system('EROFS', { path: '/data/x' }), /^The disk of \/data\/x is read-only/],
    [system('EDQUOT'), /^There is no room left for the data folder \/data/],
    [system('EACCES', { path: '/data/x' }), /^Hooktrail cannot use \/data\/x .*let this user read/],
    [system('EIO'), /^Hooktrail cannot use the data folder \/data/],
    [system('EMFILE'), /raise its limit \(ulimit -n\)/],
    [system('EHOSTUNREACH', { syscall: 'connect' }), /db\.example\.com:6543 does not answer/],
    [system('SELF_SIGNED_CERT_IN_CHAIN'), /The TLS certificate of .* add sslrootcert=/],
    [system('ERR_TLS_CERT_ALTNAME_INVALID'), /or use the name that the certificate has/],
    [
      fromPostgres('28000', 'no pg_hba.conf entry for host "10.0.0.1", no encryption'),
      /add sslmode=verify-full to HOOKTRAIL_DATABASE_URL if the server wants TLS/,
    ],
    [fromPostgres('28000', 'role "me" does not exist'), /create it \(CREATE ROLE\)/],
    [fromPostgres('42501', 'permission denied for table token'), /lacks a right .*OWNER TO "me"/],
    [fromPostgres('53100', 'could not extend file'), /make room on its disk/],
    [fromPostgres('53200', 'out of memory'), /lacks memory/],
    [
      fromPostgres('57P03', 'the database system is starting up'),
      /start Hooktrail again when it is up/,
    ],
    [fromPostgres('57014', 'canceling statement due to statement timeout'), /statement_timeout/],
    [fromPostgres('25006', 'cannot execute INSERT'), /the primary/],
    [
      fromPostgres('08P01', 'unsupported startup parameter in options: plan_cache_mode'),
      /^db\.example\.com:6543 refuses what a node sends .* as a connection pooler does/,
    ],
  ])('explains %s in one line', (error, expected) => {
    for (const found of [error, new Error('outer', { cause: error })]) {
      const explained = whyStartFailed(found, config) as CannotStart;
      expect(explained).toBeInstanceOf(CannotStart);
      expect(explained.message).toMatch(expected);
      expect(explained.message).not.toMatch(/\n|hush/);
    }
  });

  test('points to the data folder where the database is the embedded one', () => {
    const error = fromPostgres(
      '53100',
      'could not extend file "base/1/2": No space left on device',
    );
    const explained = whyStartFailed(error, { ...config, databaseUrl: undefined }) as Error;
    expect(explained.message).toBe(
      'The embedded PostgreSQL in /data failed (could not extend file "base/1/2": No space left on ' +
        'device): see postgres.log there.',
    );
  });

  test.each([
    new CannotStart('as it is'),
    new TypeError('a defect'),
    fromPostgres('42P01', 'relation "x" does not exist'),
    'a string',
  ])('leaves %s', (error) => {
    expect(whyStartFailed(error, config)).toBe(error);
  });
});
