import pg from 'pg';
import { type Server, serverOf } from './server-of.ts';

/** The parts of an error of the driver, of PostgreSQL and of the system that say what it is. */
interface Failure {
  readonly message: string;
  readonly code: string;
  readonly syscall: string | undefined;
}

const URL_SETTING = 'HOOKTRAIL_DATABASE_URL';

/** SQLSTATEs, or their classes, that an operator can do something about. */
const BY_SQLSTATE: readonly (readonly [RegExp, (failure: Failure, server: Server) => string])[] = [
  [
    /^28P01$/,
    (_, { place, user }) =>
      `PostgreSQL at ${place} refuses the password of the user "${user}": correct it in ${URL_SETTING}.`,
  ],
  [
    /^28/,
    ({ message }, { place, user }) => {
      const remedy = /no encryption|SSL off/i.test(message)
        ? `add sslmode=verify-full to ${URL_SETTING} if the server wants TLS, or let this host in in its pg_hba.conf`
        : /does not exist/.test(message)
          ? `create it (CREATE ROLE), or correct ${URL_SETTING}`
          : `correct ${URL_SETTING}, or the server's pg_hba.conf`;
      return `PostgreSQL at ${place} does not let in the user "${user}" (${message}): ${remedy}.`;
    },
  ],
  [
    /^3D000$/,
    (_, { place, database }) =>
      `There is no database "${database}" at ${place}: create it (createdb --encoding=UTF8 ` +
      `--template=template0 ${database}), or correct ${URL_SETTING}.`,
  ],
  [
    /^55000$/,
    ({ message }, { place, database }) =>
      `PostgreSQL at ${place} does not open "${database}" (${message}): ALTER DATABASE "${database}" ` +
      `ALLOW_CONNECTIONS true, or correct ${URL_SETTING}.`,
  ],
  [
    /^42501$/,
    ({ message }, { user, database }) =>
      `The user "${user}" lacks a right (${message}). As a superuser: ALTER DATABASE "${database}" ` +
      `OWNER TO "${user}", or start with the user that created the tables.`,
  ],
  [
    /^53300$/,
    ({ message }, { place }) =>
      `PostgreSQL at ${place} has no connection left (${message}): a node needs 18, so raise ` +
      'max_connections or the limit of the role or the database.',
  ],
  [
    /^(53100|58030)$/,
    ({ message }, { place }) =>
      `PostgreSQL at ${place} cannot write (${message}): make room on its disk.`,
  ],
  [
    /^53/,
    ({ message }, { place }) =>
      `PostgreSQL at ${place} lacks memory or another resource (${message}).`,
  ],
  [
    /^57P/,
    ({ message }, { place }) =>
      `PostgreSQL at ${place} is starting, stopping or closed to us (${message}): start Hooktrail again when it is up.`,
  ],
  [
    /^57014$/,
    ({ message }, { place }) =>
      `PostgreSQL at ${place} ended a statement of the start (${message}): raise the statement_timeout of the role or the database.`,
  ],
  [
    /^25006$/,
    ({ message }, { place }) =>
      `PostgreSQL at ${place} is read-only (${message}): set ${URL_SETTING} to the primary.`,
  ],
  [
    /^08/,
    ({ message }, { place }) =>
      `${place} refuses what a node sends (${message}), as a connection pooler does: set ${URL_SETTING} to PostgreSQL itself.`,
  ],
];

/** What has no SQLSTATE: errors of the system, of TLS and of the driver. */
const BY_KIND: readonly (readonly [
  (failure: Failure) => boolean,
  (failure: Failure, server: Server) => string,
])[] = [
  [
    ({ code, syscall }) => syscall === 'getaddrinfo' || code === 'ENOTFOUND',
    ({ code }, { host }) =>
      `The host name "${host}" in ${URL_SETTING} has no address (${code}): correct it, or check the name server.`,
  ],
  [
    ({ code, syscall }) =>
      code === 'ECONNREFUSED' || (syscall === 'connect' && ['ENOENT', 'EACCES'].includes(code)),
    ({ code }, { place }) =>
      `No PostgreSQL takes connections at ${place} (${code}): start it, or correct ${URL_SETTING}.`,
  ],
  [
    ({ code, message }) =>
      ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code) ||
      /timeout expired|connection timeout|Query read timeout/.test(message),
    (_, { place }) =>
      `PostgreSQL at ${place} does not answer: check ${URL_SETTING}, the network and its firewalls.`,
  ],
  [
    ({ message }) => /server does not support SSL/.test(message),
    (_, { place }) =>
      `PostgreSQL at ${place} has no TLS, which ${URL_SETTING} demands: remove sslmode from it, or turn on "ssl" in PostgreSQL.`,
  ],
  [
    ({ code }) =>
      /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|HOSTNAME_)/.test(code),
    ({ message }, { place }) =>
      `The TLS certificate of ${place} is not accepted (${message}): add sslrootcert=/path/to/ca.pem to ${URL_SETTING}, or use the name that the certificate has.`,
  ],
  [
    ({ message }) => /password must be a (non-empty )?string/.test(message),
    (_, { place, user }) =>
      `PostgreSQL at ${place} wants a password for the user "${user}": put it into ${URL_SETTING}.`,
  ],
  [
    ({ code, message }) =>
      ['ECONNRESET', 'EPIPE'].includes(code) ||
      /Connection terminated|is not queryable|invalid response|Unknown message|unexpected (message|response)/i.test(
        message,
      ),
    ({ message }, { place }) =>
      `${place} closed the connection (${message}): check that ${URL_SETTING} names a PostgreSQL.`,
  ],
];

/**
 * One line about an error of the database: what is wrong and what to do. `undefined` if it is not
 * of a kind that an operator can mend.
 */
export function explainDatabaseError(error: unknown, url: string): string | undefined {
  const failure = failureOf(error);
  const explain =
    error instanceof pg.DatabaseError
      ? BY_SQLSTATE.find(([code]) => code.test(failure.code))?.[1]
      : BY_KIND.find(([fits]) => fits(failure))?.[1];
  return explain?.(failure, serverOf(url));
}

function failureOf(error: unknown): Failure {
  // A name with several addresses: none of them answered, and the first says why.
  const one = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const { message = '', code = '', syscall } = one as NodeJS.ErrnoException;
  return { message, code, syscall };
}
