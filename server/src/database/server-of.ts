import pg from 'pg';

/** Where a database URL leads, for messages: without the password. */
export interface Server {
  /** `host:port`, or the folder of a socket. */
  readonly place: string;
  readonly host: string;
  readonly user: string;
  readonly database: string;
}

/** Reads a database URL as the driver does, with the variables of libpq for what it omits. */
export function serverOf(url: string): Server {
  const { host, port, user, database } = new pg.Client({ connectionString: url });
  return {
    place: host.startsWith('/') ? `the socket ${host}/.s.PGSQL.${port}` : `${host}:${port}`,
    host,
    user: user ?? '',
    database: database ?? '',
  };
}
