import { expect, it } from 'vitest';
import { parseHosts } from './parse-hosts.ts';

it('reads addresses and names, and nothing else', () => {
  const hosts = parseHosts(
    [
      '# 9.9.9.9 comment',
      '127.0.0.1\tlocalhost  Host.Example # 8.8.8.8',
      '::1 localhost ip6-localhost',
      '  127.0.0.1 localhost\r',
      'fe80::1%eth0 link',
      'no-address name',
      '10.0.0.1',
      '',
    ].join('\n'),
  );
  expect(Object.fromEntries(hosts)).toEqual({
    localhost: ['127.0.0.1', '::1'],
    'host.example': ['127.0.0.1'],
    'ip6-localhost': ['::1'],
    link: ['fe80::1%eth0'],
  });
});
