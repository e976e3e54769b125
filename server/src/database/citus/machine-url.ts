/**
 * The URL of a machine of a cluster, with the user, the password, the database and the options of another one.
 *
 * @param machine `host:port`, where a host may also be an IPv6 address without brackets.
 */
export function machineUrl(databaseUrl: string, machine: string): string {
  // A URL may name the folder of a socket only: "user@/database?host=/folder".
  const url = new URL(databaseUrl.replace('@/', '@machine/'));
  const colon = machine.lastIndexOf(':');
  // Where the query names a host, it counts, and it takes every name.
  url.host = 'machine';
  url.searchParams.set('host', machine.slice(0, colon));
  url.searchParams.set('port', machine.slice(colon + 1));
  return url.href;
}
