import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/*
 * Resolves TEST_NAME to 127.0.0.1 in the process that loads it (node --import), as long as the file
 * TEST_NAME_STATE is empty: otherwise the look-up fails with the error code that the file holds.
 */
const { lookup } = dns;

dns.lookup = (hostname, options, callback = options) => {
  if (hostname !== process.env.TEST_NAME) return lookup(hostname, options, callback);
  const code = readFileSync(process.env.TEST_NAME_STATE, 'utf8');
  const error = Object.assign(new Error(`lookup ${code} ${hostname}`), { code, hostname });
  setImmediate(() => {
    if (code !== '') callback(error);
    else if (options?.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(null, '127.0.0.1', 4);
  });
};
syncBuiltinESMExports();
