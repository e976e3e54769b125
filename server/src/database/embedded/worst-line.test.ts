import { expect, test } from 'vitest';
import { worstLine } from './worst-line.ts';

test.each([
  ['nothing', '', ''],
  ['no level', 'one\n  two  \n\n', 'two'],
  [
    'a fatal error after others',
    '2026-11-28 20:00:00 UTC [12] LOG:  starting\n2026-11-28 20:00:00 UTC [12] ERROR:  first\n' +
      '2026-11-28 20:00:01 UTC [12] FATAL:  could not map memory\n2026-11-28 UTC [12] HINT:  less\n',
    'could not map memory',
  ],
  [
    'an error of initdb',
    'could not write\ninitdb: error: could not create directory "/x": No space left on device\n' +
      'initdb: removing data directory "/x"\n',
    'could not create directory "/x": No space left on device',
  ],
])('finds the line of %s', (_, output, line) => {
  expect(worstLine(output)).toBe(line);
});
