import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlCommand } from './curl-command.ts';

/** What a shell makes of the command's arguments. */
const argumentsOf = (command: string) =>
  execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }; ${command}`])
    .toString()
    .split('\0')
    .slice(0, -1);

test('a shell takes each value for one argument, whatever is in it', () => {
  const body = `@/etc/passwd '$(touch x)' \`id\` "\\n"\n`;
  const command = curlCommand({
    method: 'POST',
    url: "http://h/?a='b'&c=$d",
    headers: [
      { key: 'X-A', value: "it's" },
      { key: 'Content-Length', value: '5' },
    ],
    body,
  });
  expect(argumentsOf(command)).toEqual([
    ...['-sS', '-i', '-X', 'POST', "http://h/?a='b'&c=$d", '-H', "X-A: it's", '--data-raw', body],
  ]);
});
