import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { defaultDataDir } from './default-data-dir.ts';
import { SETTINGS } from './settings.ts';
import { settingsPage } from './settings-page.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const URL_WITH_PASSWORD = 'postgresql://hook:hunter2@db.example:5432/trail';

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((p) => `${p.name} ${p.message}`);
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  test('fills an empty environment with the defaults', () => {
    expect(readConfig({ HOME: '/home/kim' }, 1_048_576, 2)).toEqual({
      host: '127.0.0.1',
      port: 4400,
      metrics: undefined,
      metricsWebhooks: 0,
      publicUrl: undefined,
      webhookOrigin: 'hooktrail',
      databaseUrl: undefined,
      dataDir: defaultDataDir({ HOME: '/home/kim' }),
      exportDir: undefined,
      exportStore: undefined,
      bootstrapToken: undefined,
      secretKey: undefined,
      allowedNetworks: [],
      allowedPorts: [],
      dnsServers: [],
      egressProxy: undefined,
      processes: 1,
      mail: undefined,
      heartbeatUrl: undefined,
      retentionDays: 7,
      attemptRetentionDays: 7,
      eventRetentionDays: 7,
      rollupRetentionDays: 400,
      archiveRetentionDays: undefined,
      drainDelayMs: 0,
      maxWebhooksPerAccount: 10_000,
      maxWebhookBytesPerAccount: 67_108_864,
      maxExportBytesPerAccount: 10_737_418_240,
      databaseBytes: undefined,
      tokenRateLimit: 0,
      accountRateLimit: 0,
      descriptors: { connections: 10_000, requests: 4_096, kept: 4_096, lookUps: 1_024 },
      failedLoginLimit: 10,
      trustedProxies: [],
      console: true,
      logLevel: 'info',
      logFormat: 'auto',
      traces: undefined,
    });
  });

  test('reads every setting', () => {
    const config = readConfig(
      {
        HOOKTRAIL_HOST: '::',
        HOOKTRAIL_PORT: '0',
        HOOKTRAIL_PROCESSES: '1',
        HOOKTRAIL_METRICS_PORT: '0',
        HOOKTRAIL_METRICS_HOST: '::1',
        HOOKTRAIL_METRICS_WEBHOOKS: 'top:50',
        HOOKTRAIL_WEBHOOK_ORIGIN: 'Hooks.example.com',
        HOOKTRAIL_PUBLIC_URL: 'HTTPS://Hooks.example.com/trail/',
        HOOKTRAIL_DATABASE_URL: URL_WITH_PASSWORD,
        HOOKTRAIL_DATA_DIR: '/srv/../srv/trail',
        HOOKTRAIL_EXPORT_DIR: '/srv/../srv/exports',
        HOOKTRAIL_BOOTSTRAP_TOKEN: 'sixteen-letters!',
        HOOKTRAIL_SECRET_KEY: KEY,
        HOOKTRAIL_ALLOWED_NETWORKS: '10.0.0.0/8, 127.0.0.1/32,fd00::/8,0.0.0.0/0',
        HOOKTRAIL_ALLOWED_PORTS: '443, 8000-8999,80-80',
        HOOKTRAIL_DNS_SERVERS: '10.0.0.2, 10.0.0.3:5353,fd00::2,[fd00::3],[fd00::4]:53',
        HOOKTRAIL_EGRESS_PROXY: 'http://ann:p%40ss:w%C3%B6rd@proxy.example:3128',
        HOOKTRAIL_EGRESS_NO_PROXY: 'Corp.example, .intranet.,*.svc,10.0.0.0/8,192.0.2.7,[fd00::7]',
        HOOKTRAIL_SMTP_URL: 'smtp://ann:p%40ss:word@mail.example',
        HOOKTRAIL_SMTP_FROM: 'Hooktrail <alerts@example.com>',
        HOOKTRAIL_HEARTBEAT_URL: 'https://hc.example/ping/secret?rid=1',
        HOOKTRAIL_RETENTION_DAYS: '3650',
        HOOKTRAIL_ATTEMPT_RETENTION_DAYS: '30',
        HOOKTRAIL_EVENT_RETENTION_DAYS: '2',
        HOOKTRAIL_ROLLUP_RETENTION_DAYS: '90',
        HOOKTRAIL_ARCHIVE_RETENTION_DAYS: '400',
        HOOKTRAIL_DRAIN_DELAY_SECONDS: '300',
        HOOKTRAIL_MAX_WEBHOOKS_PER_ACCOUNT: '500',
        HOOKTRAIL_MAX_WEBHOOK_BYTES_PER_ACCOUNT: '100000',
        HOOKTRAIL_MAX_EXPORT_BYTES_PER_ACCOUNT: '1125899906842624',
        HOOKTRAIL_DATABASE_BYTES: '500000000000',
        HOOKTRAIL_TOKEN_RATE_LIMIT: '6000',
        HOOKTRAIL_ACCOUNT_RATE_LIMIT: '1000000000',
        HOOKTRAIL_MAX_CONNECTIONS: '512',
        HOOKTRAIL_FAILED_LOGIN_LIMIT: '0',
        HOOKTRAIL_TRUSTED_PROXIES: '10.0.0.0/8,fd00::/8',
        HOOKTRAIL_CONSOLE: 'off',
        HOOKTRAIL_LOG_LEVEL: 'silent',
        HOOKTRAIL_LOG_FORMAT: 'text',
      },
      1_024,
      64,
    );
    expect(config).toEqual({
      host: '::',
      port: 0,
      processes: 1,
      metrics: { host: '::1', port: 0 },
      metricsWebhooks: 50,
      publicUrl: 'https://hooks.example.com/trail',
      webhookOrigin: 'hooks.example.com',
      databaseUrl: URL_WITH_PASSWORD,
      dataDir: '/srv/trail',
      exportDir: '/srv/exports',
      exportStore: undefined,
      bootstrapToken: 'sixteen-letters!',
      secretKey: Buffer.alloc(32, 7),
      allowedNetworks: ['10.0.0.0/8', '127.0.0.1/32', 'fd00::/8', '0.0.0.0/0'],
      allowedPorts: [
        { first: 443, last: 443 },
        { first: 8000, last: 8999 },
        { first: 80, last: 80 },
      ],
      dnsServers: ['10.0.0.2', '10.0.0.3:5353', '[fd00::2]', '[fd00::3]', '[fd00::4]:53'],
      egressProxy: {
        host: 'proxy.example',
        port: 3128,
        authorization: `Basic ${Buffer.from('ann:p@ss:wörd').toString('base64')}`,
        exceptions: [
          'corp.example',
          'intranet',
          'svc',
          '10.0.0.0/8',
          '192.0.2.7/32',
          'fd00::7/128',
        ],
      },
      mail: {
        host: 'mail.example',
        port: 587,
        isSecure: false,
        credentials: { username: 'ann', password: 'p@ss:word' },
        from: 'Hooktrail <alerts@example.com>',
      },
      heartbeatUrl: 'https://hc.example/ping/secret?rid=1',
      retentionDays: 3650,
      attemptRetentionDays: 30,
      eventRetentionDays: 2,
      rollupRetentionDays: 90,
      archiveRetentionDays: 400,
      drainDelayMs: 300_000,
      tokenRateLimit: 6000,
      accountRateLimit: 1_000_000_000,
      descriptors: { connections: 512, requests: 268, kept: 89, lookUps: 89 },
      maxWebhooksPerAccount: 500,
      maxWebhookBytesPerAccount: 100_000,
      maxExportBytesPerAccount: 2 ** 50,
      databaseBytes: 500_000_000_000,
      failedLoginLimit: 0,
      trustedProxies: ['10.0.0.0/8', 'fd00::/8'],
      console: false,
      logLevel: 'silent',
      logFormat: 'text',
      traces: undefined,
    });
  });

  test('is frozen, and so are its lists', () => {
    const config = readConfig({});
    expect(Object.isFrozen(config)).toBe(true);
    for (const key of [
      'allowedNetworks',
      'allowedPorts',
      'dnsServers',
      'trustedProxies',
    ] as const) {
      expect(Object.isFrozen(config[key])).toBe(true);
    }
  });

  test('treats an empty string as absent', () => {
    const names = Object.values(SETTINGS).map((setting) => setting.name);
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readConfig({}));
  });

  test.each([
    ['HOOKTRAIL_HOST', 'http://x', 'an IP address or a host name, got "http://x"'],
    ['HOOKTRAIL_HOST', '[::1]', 'an IP address or a host name'],
    ['HOOKTRAIL_PROCESSES', '0', 'a whole number from 1 to 64, got "0"'],
    ['HOOKTRAIL_PROCESSES', '65', 'a whole number from 1 to 64'],
    ['HOOKTRAIL_METRICS_PORT', '65536', 'a whole number from 0 to 65535'],
    ['HOOKTRAIL_METRICS_WEBHOOKS', '50', 'off or top:N, with N from 1 to 500, got "50"'],
    ['HOOKTRAIL_METRICS_WEBHOOKS', 'top:501', 'off or top:N'],
    ['HOOKTRAIL_METRICS_WEBHOOKS', 'top:0', 'off or top:N'],
    ['HOOKTRAIL_PORT', '65536', 'a whole number from 0 to 65535, got "65536"'],
    ['HOOKTRAIL_PORT', '-1', 'from 0 to 65535'],
    ['HOOKTRAIL_PORT', '4400 ', 'got "4400 "'],
    ['HOOKTRAIL_PORT', '0x10', 'got "0x10"'],
    [
      'HOOKTRAIL_PUBLIC_URL',
      'hooks.example.com',
      'an http or https URL without user information, query and fragment, got "hooks.example.com"',
    ],
    ['HOOKTRAIL_WEBHOOK_ORIGIN', 'https://x', 'got "https://x"'],
    ['HOOKTRAIL_WEBHOOK_ORIGIN', 'a..b', 'got "a..b"'],
    ['HOOKTRAIL_WEBHOOK_ORIGIN', 'x'.repeat(64), 'domain name'],
    ['HOOKTRAIL_PUBLIC_URL', 'ftp://x', 'got "ftp://x"'],
    ['HOOKTRAIL_PUBLIC_URL', 'https://', 'got "https://"'],
    ['HOOKTRAIL_PUBLIC_URL', 'https://x:99999', 'got "https://x:99999"'],
    ['HOOKTRAIL_PUBLIC_URL', 'https://x/?a=1', 'got "https://x/?a=1"'],
    ['HOOKTRAIL_PUBLIC_URL', 'https://x/#top', 'got "https://x/#top"'],
    ['HOOKTRAIL_PUBLIC_URL', 'https://ann@x/', 'got "https://ann@x/"'],
    ['HOOKTRAIL_PUBLIC_URL', 'https://x /', 'got "https://x /"'],
    ['HOOKTRAIL_DRAIN_DELAY_SECONDS', '301', 'a whole number from 0 to 300, got "301"'],
    ['HOOKTRAIL_DRAIN_DELAY_SECONDS', '1.5', 'got "1.5"'],
    ['HOOKTRAIL_RETENTION_DAYS', '0', 'a whole number from 1 to 3650, got "0"'],
    ['HOOKTRAIL_RETENTION_DAYS', '3651', 'from 1 to 3650'],
    ['HOOKTRAIL_RETENTION_DAYS', '1.5', 'got "1.5"'],
    ['HOOKTRAIL_ATTEMPT_RETENTION_DAYS', '0', 'a whole number from 1 to 3650, got "0"'],
    ['HOOKTRAIL_EVENT_RETENTION_DAYS', '0', 'a whole number from 1 to 3650, got "0"'],
    ['HOOKTRAIL_ROLLUP_RETENTION_DAYS', '0', 'a whole number from 1 to 3650, got "0"'],
    ['HOOKTRAIL_ARCHIVE_RETENTION_DAYS', '6', 'keep, or a whole number from 7 to 36500, got "6"'],
    ['HOOKTRAIL_ARCHIVE_RETENTION_DAYS', 'Keep', 'keep, or a whole number'],
    ['HOOKTRAIL_MAX_WEBHOOKS_PER_ACCOUNT', '0', 'a whole number from 1 to 1000000, got "0"'],
    [
      'HOOKTRAIL_MAX_WEBHOOK_BYTES_PER_ACCOUNT',
      '1MB',
      'a whole number from 100000 to 1099511627776, got "1MB"',
    ],
    [
      'HOOKTRAIL_MAX_EXPORT_BYTES_PER_ACCOUNT',
      '999999',
      'a whole number from 1000000 to 1125899906842624, got "999999"',
    ],
    [
      'HOOKTRAIL_DATABASE_BYTES',
      '1 TB',
      'a whole number from 1000000 to 1125899906842624, got "1 TB"',
    ],
    ['HOOKTRAIL_TOKEN_RATE_LIMIT', '-1', 'a whole number from 0 to 100000000, got "-1"'],
    ['HOOKTRAIL_FAILED_LOGIN_LIMIT', 'ten', 'a whole number from 0 to 1000000, got "ten"'],
    ['HOOKTRAIL_CONSOLE', 'no', 'must be on or off, got "no"'],
    ['HOOKTRAIL_TRUSTED_PROXIES', '10.0.0.1', 'did you mean 10.0.0.1/32?'],
    [
      'HOOKTRAIL_LOG_LEVEL',
      'INFO',
      'one of trace, debug, info, warn, error, fatal, silent, got "INFO"',
    ],
    ['HOOKTRAIL_LOG_FORMAT', 'pretty', 'one of auto, text, json, got "pretty"'],
    ['HOOKTRAIL_ALLOWED_NETWORKS', '10.0.0.0', 'did you mean 10.0.0.0/32?'],
    ['HOOKTRAIL_ALLOWED_NETWORKS', '::1', 'did you mean ::1/128?'],
    ['HOOKTRAIL_ALLOWED_NETWORKS', '10.0.0.0/33', 'got "10.0.0.0/33"'],
    ['HOOKTRAIL_ALLOWED_NETWORKS', '10/8', 'got "10/8"'],
    ['HOOKTRAIL_ALLOWED_NETWORKS', '010.0.0.0/8', 'got "010.0.0.0/8"'],
    ['HOOKTRAIL_ALLOWED_NETWORKS', '10.1.2.3/8', 'did you mean 10.0.0.0/8?'],
    ['HOOKTRAIL_ALLOWED_NETWORKS', '10.0.0.0/8,', 'got "" (in "10.0.0.0/8,")'],
    ['HOOKTRAIL_ALLOWED_NETWORKS', '10.0.0.0/8/9', 'got "10.0.0.0/8/9"'],
    ['HOOKTRAIL_ALLOWED_NETWORKS', 'localhost/8', 'got "localhost/8"'],
    ['HOOKTRAIL_ALLOWED_PORTS', '0', 'ports from 1 to 65535 and ranges such as 8000-8999'],
    ['HOOKTRAIL_ALLOWED_PORTS', '65536', 'got "65536"'],
    ['HOOKTRAIL_ALLOWED_PORTS', '443,', 'got "" (in "443,")'],
    ['HOOKTRAIL_ALLOWED_PORTS', '8999-8000', 'got "8999-8000"'],
    ['HOOKTRAIL_ALLOWED_PORTS', '80-', 'got "80-"'],
    ['HOOKTRAIL_ALLOWED_PORTS', '443, https', 'got "https" (in "443, https")'],
    ['HOOKTRAIL_DNS_SERVERS', 'dns.example', 'IP addresses such as 10.0.0.2'],
    ['HOOKTRAIL_DNS_SERVERS', '10.0.0.2,', 'got "" (in "10.0.0.2,")'],
    ['HOOKTRAIL_DNS_SERVERS', '10.0.0', 'got "10.0.0"'],
    ['HOOKTRAIL_DNS_SERVERS', '10.0.0.2:0', 'got "10.0.0.2:0"'],
    ['HOOKTRAIL_DNS_SERVERS', '10.0.0.2:65536', 'got "10.0.0.2:65536"'],
    ['HOOKTRAIL_DNS_SERVERS', '[10.0.0.2]:53', 'got "[10.0.0.2]:53"'],
    ['HOOKTRAIL_DNS_SERVERS', '[fd00::2', 'got "[fd00::2"'],
    ['HOOKTRAIL_DNS_SERVERS', 'fe80::1%eth0', 'got "fe80::1%eth0"'],
    ['HOOKTRAIL_EGRESS_PROXY', 'proxy.example:3128', 'http://host:port or'],
    ['HOOKTRAIL_EGRESS_PROXY', 'https://proxy.example:3128', 'TLS to the proxy and SOCKS'],
    ['HOOKTRAIL_EGRESS_PROXY', 'socks5://proxy.example', 'TLS to the proxy and SOCKS'],
    ['HOOKTRAIL_EGRESS_PROXY', 'http://proxy.example/path', 'without a path'],
    ['HOOKTRAIL_EGRESS_PROXY', 'http://proxy.example:3128?x', 'without a path'],
    ['HOOKTRAIL_EGRESS_PROXY', 'http://proxy.example:99999', 'http://host:port or'],
    ['HOOKTRAIL_EGRESS_PROXY', 'http://', 'http://host:port or'],
  ])('refuses %s=%s', (name, value, message) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must be `));
    expect(problems[0]).toContain(message);
  });

  test.each([
    ['corp.example:8080', 'got "corp.example:8080"'],
    ['corp.example,', 'got "" (in "corp.example,")'],
    ['*', 'got "*"'],
    ['http://corp.example', 'got "http://corp.example"'],
    ['10.0.0.1/8', 'did you mean 10.0.0.0/8'],
  ])('refuses HOOKTRAIL_EGRESS_NO_PROXY=%s', (value, message) => {
    const problems = problemsOf({
      HOOKTRAIL_EGRESS_PROXY: 'http://proxy.example:3128',
      HOOKTRAIL_EGRESS_NO_PROXY: value,
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('HOOKTRAIL_EGRESS_NO_PROXY must be ');
    expect(problems[0]).toContain(message);
  });

  test('refuses exceptions from a proxy that there is not', () => {
    expect(problemsOf({ HOOKTRAIL_EGRESS_NO_PROXY: 'corp.example' })).toEqual([
      expect.stringContaining(
        'HOOKTRAIL_EGRESS_NO_PROXY has no effect without HOOKTRAIL_EGRESS_PROXY',
      ),
    ]);
  });

  test.each([
    ['http://proxy.example', 80, undefined],
    ['HTTP://proxy.example:3128/', 3128, undefined],
    ['http://ann@proxy.example', 80, 'ann:'],
    ['http://:token@proxy.example', 80, ':token'],
  ])('takes %s for a proxy', (value, port, credentials) => {
    const { egressProxy } = readConfig({ HOOKTRAIL_EGRESS_PROXY: value });
    const authorization = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    expect(egressProxy).toEqual({ host: 'proxy.example', port, authorization, exceptions: [] });
  });

  test('takes an IPv6 address for a proxy', () => {
    const { egressProxy } = readConfig({ HOOKTRAIL_EGRESS_PROXY: 'http://[fd00::1]:3128' });
    expect(egressProxy).toMatchObject({ host: 'fd00::1', port: 3128 });
  });

  test.each([
    ['smtp://mail.example', 'mail.example', 587, false],
    ['SMTPS://mail.example/', 'mail.example', 465, true],
    ['smtp://mail.example:25', 'mail.example', 25, false],
    ['smtp://mail.example:80', 'mail.example', 80, false],
    ['smtps://[fd00::1]:2465', 'fd00::1', 2465, true],
  ])('takes %s for a mail server', (url, host, port, isSecure) => {
    const from = 'alerts@example.com';
    expect(readConfig({ HOOKTRAIL_SMTP_URL: url, HOOKTRAIL_SMTP_FROM: from }).mail).toEqual({
      ...{ host, port, isSecure, credentials: undefined, from },
    });
  });

  test('wants a mail server and a sender together', () => {
    expect(problemsOf({ HOOKTRAIL_SMTP_URL: 'smtp://mail.example' })).toEqual([
      'HOOKTRAIL_SMTP_FROM must be set when HOOKTRAIL_SMTP_URL is: an e-mail needs a server and a sender',
    ]);
    expect(problemsOf({ HOOKTRAIL_SMTP_FROM: 'alerts@example.com' })).toEqual([
      'HOOKTRAIL_SMTP_URL must be set when HOOKTRAIL_SMTP_FROM is: an e-mail needs a server and a sender',
    ]);
  });

  test.each([
    'alerts',
    'alerts@',
    'a@b.example, c@d.example',
    'Alerts <alerts@example.com',
    'Alerts <alerts@example.com>\nBcc: x@example.com',
    'alerts@exa\r\nmple.com',
    'Ops: <alerts@example.com>',
  ])('refuses the sender %j', (from) => {
    const [problem] = problemsOf({
      HOOKTRAIL_SMTP_URL: 'smtp://mail.example',
      HOOKTRAIL_SMTP_FROM: from,
    });
    expect(problem).toContain('HOOKTRAIL_SMTP_FROM must be an address');
  });

  test.each([
    ['HOOKTRAIL_SMTP_URL', 'http://ann:secret@mail.example'],
    ['HOOKTRAIL_SMTP_URL', 'smtp://ann:sec/ret@mail.example'],
    ['HOOKTRAIL_SMTP_URL', 'smtp://ann:secret@mail.example/path'],
    ['HOOKTRAIL_SMTP_URL', 'smtp://ann:secret%0a@mail.example'],
    ['HOOKTRAIL_SMTP_URL', 'smtp://ann:secret%zz@mail.example'],
    ['HOOKTRAIL_SMTP_URL', 'smtp://secret@mail.example'],
    ['HOOKTRAIL_HEARTBEAT_URL', 'hc.example/secret'],
    ['HOOKTRAIL_HEARTBEAT_URL', 'ftp://hc.example/secret'],
    ['HOOKTRAIL_HEARTBEAT_URL', 'https://hc.example/secret#part'],
  ])('refuses a wrong %s without showing it: %s', (name, value) => {
    const problem = problemsOf({ [name]: value, HOOKTRAIL_SMTP_FROM: '' })[0] ?? '';
    expect(problem).toContain(`${name} must be `);
    expect(problem).not.toContain('secret');
  });

  test.each([
    ['HOOKTRAIL_EGRESS_PROXY', 'http://ann:secret/word@proxy.example'],
    ['HOOKTRAIL_EGRESS_PROXY', 'http://ann:secret%zz@proxy.example'],
    ['HOOKTRAIL_EGRESS_PROXY', 'http://ann:secret%0aword@proxy.example'],
    ['HOOKTRAIL_EGRESS_PROXY', 'https://ann:secret@proxy.example'],
    ['HOOKTRAIL_BOOTSTRAP_TOKEN', 'fifteen-letters'],
    ['HOOKTRAIL_BOOTSTRAP_TOKEN', 'sixteen letters!'],
    ['HOOKTRAIL_BOOTSTRAP_TOKEN', 'x'.repeat(201)],
    ['HOOKTRAIL_SECRET_KEY', Buffer.alloc(31, 7).toString('base64')],
    ['HOOKTRAIL_SECRET_KEY', KEY.slice(0, -1)],
    ['HOOKTRAIL_SECRET_KEY', 'correct horse battery staple'],
    ['HOOKTRAIL_DATABASE_URL', 'mysql://hook:hunter2@db/trail?password=hunter2'],
    ['HOOKTRAIL_DATABASE_URL', 'postgresql://hook:hunter2@[/trail'],
    ['HOOKTRAIL_DATABASE_URL', 'hook:hunter2@db/trail'],
  ])('refuses a wrong %s without showing it (%s)', (name, value) => {
    const [problem, ...others] = problemsOf({ HOOKTRAIL_SECRET_KEY: KEY, [name]: value });
    expect(others).toEqual([]);
    expect(problem).toMatch(new RegExp(`^${name} must be `));
    expect(problem).not.toContain(value);
    expect(problem).not.toContain('hunter2');
  });

  test.each([
    'postgres://db/trail',
    'postgresql:///trail',
    'postgresql://hook@/trail?host=/var/run/postgresql',
    'postgresql://hook@%2Fvar%2Frun%2Fpostgresql:5433/trail',
  ])('accepts the database URL %s', (url) => {
    const env = { HOOKTRAIL_DATABASE_URL: url, HOOKTRAIL_SECRET_KEY: KEY };
    expect(readConfig(env).databaseUrl).toBe(url);
  });

  test('requires a secret key for an external database', () => {
    expect(problemsOf({ HOOKTRAIL_DATABASE_URL: URL_WITH_PASSWORD })).toEqual([
      expect.stringContaining('HOOKTRAIL_SECRET_KEY must be set when HOOKTRAIL_DATABASE_URL is'),
    ]);
  });

  test('keeps attempts no longer than invocations, and events no longer than attempts', () => {
    const kept = (env: Record<string, string>) => {
      const { retentionDays, attemptRetentionDays, eventRetentionDays } = readConfig(env);
      return [retentionDays, attemptRetentionDays, eventRetentionDays];
    };
    expect(kept({ HOOKTRAIL_RETENTION_DAYS: '30' })).toEqual([30, 30, 30]);
    expect(kept({ HOOKTRAIL_ATTEMPT_RETENTION_DAYS: '5' })).toEqual([7, 5, 5]);
    expect(kept({ HOOKTRAIL_EVENT_RETENTION_DAYS: '5' })).toEqual([7, 7, 5]);
    expect(problemsOf({ HOOKTRAIL_ATTEMPT_RETENTION_DAYS: '8' })).toEqual([
      'HOOKTRAIL_ATTEMPT_RETENTION_DAYS must not be more than HOOKTRAIL_RETENTION_DAYS, which is 7, got "8"',
    ]);
    expect(
      problemsOf({ HOOKTRAIL_ATTEMPT_RETENTION_DAYS: '3', HOOKTRAIL_EVENT_RETENTION_DAYS: '4' }),
    ).toEqual([
      'HOOKTRAIL_EVENT_RETENTION_DAYS must not be more than HOOKTRAIL_ATTEMPT_RETENTION_DAYS, which is 3, got "4"',
    ]);
  });

  test('ignores the variables of the command', () => {
    const names = ['URL', 'TOKEN', 'PROFILE', 'SIGNING_SECRET', 'PASSPHRASE'].map(
      (name) => `HOOKTRAIL_${name}`,
    );
    expect(problemsOf(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual([]);
  });

  test('refuses unknown names and suggests the closest one', () => {
    expect(
      problemsOf({
        HOOKTRAIL_PROT: '1',
        HOOKTRAIL_LOGLEVEL: '',
        HOOKTRAIL_ZZZZZZZZZZ: '1',
        OTHER: '1',
      }),
    ).toEqual([
      'HOOKTRAIL_LOGLEVEL is not a setting. Did you mean HOOKTRAIL_LOG_LEVEL?',
      'HOOKTRAIL_PROT is not a setting. Did you mean HOOKTRAIL_PORT?',
      expect.stringMatching(/^HOOKTRAIL_ZZZZZZZZZZ is not a setting\. There are: HOOKTRAIL_HOST, /),
    ]);
  });

  test('explains the names that Kubernetes sets for a service called hooktrail', () => {
    expect(problemsOf({ HOOKTRAIL_SERVICE_HOST: '10.0.0.1' })[0]).toContain('enableServiceLinks');
  });

  test('lists all problems at once', () => {
    const env = { HOOKTRAIL_PORT: 'x', HOOKTRAIL_LOG_LEVEL: 'loud', HOOKTRAIL_NOPE: '1' };
    expect(() => readConfig(env)).toThrow(
      /^The settings are not valid:\n {2}HOOKTRAIL_PORT must .*\n {2}HOOKTRAIL_LOG_LEVEL must .*\n {2}HOOKTRAIL_NOPE is not/,
    );
  });
});

describe('the bucket of exports', () => {
  const BUCKET = { HOOKTRAIL_EXPORT_S3_BUCKET: 'exports' };

  test('is read from our settings', () => {
    const { exportStore } = readConfig({
      ...BUCKET,
      HOOKTRAIL_EXPORT_S3_PREFIX: 'hooktrail/exports/',
      HOOKTRAIL_EXPORT_S3_ENDPOINT: 'HTTPS://Store.example:9000/',
      HOOKTRAIL_EXPORT_S3_REGION: 'eu-1',
      HOOKTRAIL_EXPORT_S3_ACCESS_KEY_ID: 'KEY',
      HOOKTRAIL_EXPORT_S3_SECRET_ACCESS_KEY: 'hunter2/+',
      HOOKTRAIL_EXPORT_S3_PATH_STYLE: 'off',
      AWS_REGION: 'us-west-2',
    });
    expect(exportStore).toEqual({
      bucket: 'exports',
      prefix: 'hooktrail/exports/',
      endpoint: 'https://store.example:9000',
      region: 'eu-1',
      key: { id: 'KEY', secret: 'hunter2/+' },
      pathStyle: false,
    });
  });

  test.each([
    [{}, { endpoint: undefined, region: undefined, pathStyle: false }],
    [{ AWS_REGION: 'us-west-2' }, { region: 'us-west-2', pathStyle: false }],
    [{ AWS_DEFAULT_REGION: 'us-west-2' }, { region: 'us-west-2' }],
    [
      { AWS_ENDPOINT_URL: 'http://10.0.0.7:9000', AWS_REGION: '' },
      { endpoint: 'http://10.0.0.7:9000', region: 'us-east-1', pathStyle: true },
    ],
    [
      { AWS_ENDPOINT_URL_S3: 'http://[::1]:9000', AWS_ENDPOINT_URL: 'http://x' },
      { endpoint: 'http://[::1]:9000' },
    ],
  ])('takes the rest from the usual variables: %j', (env, expected) => {
    const { exportStore } = readConfig({ ...BUCKET, ...env });
    expect(exportStore).toMatchObject({ ...expected, prefix: '', key: undefined });
  });

  test.each<[string, Record<string, string>, string]>([
    ['a prefix alone', { HOOKTRAIL_EXPORT_S3_PREFIX: 'x' }, 'has no effect without'],
    ['a folder beside it', { ...BUCKET, HOOKTRAIL_EXPORT_DIR: '/x' }, 'must not be set with'],
    [
      'an id without its key',
      { ...BUCKET, HOOKTRAIL_EXPORT_S3_ACCESS_KEY_ID: 'K' },
      'HOOKTRAIL_EXPORT_S3_SECRET_ACCESS_KEY must be set with HOOKTRAIL_EXPORT_S3_ACCESS_KEY_ID',
    ],
    [
      'a key without its id',
      { ...BUCKET, HOOKTRAIL_EXPORT_S3_SECRET_ACCESS_KEY: 'hunter2' },
      'HOOKTRAIL_EXPORT_S3_ACCESS_KEY_ID must be set with',
    ],
    ['a bad name', { HOOKTRAIL_EXPORT_S3_BUCKET: 's3://x' }, 'must be the name of a bucket'],
    ['a bad prefix', { ...BUCKET, HOOKTRAIL_EXPORT_S3_PREFIX: '/x' }, 'must be 1 to 500'],
    ['a prefix that climbs', { ...BUCKET, HOOKTRAIL_EXPORT_S3_PREFIX: 'x/../y' }, 'must be 1 to'],
    ['a bad region', { ...BUCKET, HOOKTRAIL_EXPORT_S3_REGION: 'a b' }, 'must be 1 to 63'],
    ['a bad style', { ...BUCKET, HOOKTRAIL_EXPORT_S3_PATH_STYLE: 'yes' }, 'must be on or off'],
    [
      'a key in the endpoint',
      { ...BUCKET, HOOKTRAIL_EXPORT_S3_ENDPOINT: 'https://KEY:hunter2@store.example' },
      'without user information',
    ],
    [
      'a path in the endpoint',
      { ...BUCKET, AWS_ENDPOINT_URL: 'https://s/hunter2' },
      'AWS_ENDPOINT_URL must',
    ],
    [
      'a key with a line break',
      {
        ...BUCKET,
        HOOKTRAIL_EXPORT_S3_ACCESS_KEY_ID: 'K',
        HOOKTRAIL_EXPORT_S3_SECRET_ACCESS_KEY: 'hunter2\n',
      },
      'its value is not shown',
    ],
  ])('refuses %s', (_, env, message) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
    expect(problems[0]).not.toContain('hunter2');
  });
});

describe('defaultDataDir', () => {
  test.each([
    ['root', {}, 0, '/var/lib/hooktrail'],
    ['a user', { HOME: '/home/kim' }, 1000, '/home/kim/.local/share/hooktrail'],
    [
      'a user with a data home',
      { HOME: '/home/kim', XDG_DATA_HOME: '/data' },
      1000,
      '/data/hooktrail',
    ],
    [
      'a relative data home',
      { HOME: '/home/kim', XDG_DATA_HOME: 'data' },
      1000,
      '/home/kim/.local/share/hooktrail',
    ],
  ])('for %s', (_, env, userId, expected) => {
    expect(defaultDataDir(env, userId)).toBe(expected);
  });
});

test('the documented defaults are the defaults', () => {
  const config = readConfig({});
  for (const key of ['host', 'port', 'retentionDays', 'logLevel', 'logFormat'] as const) {
    expect(SETTINGS[key].byDefault).toBe(`\`${config[key]}\``);
  }
});

test('the limit of an account is ten times that of a token', () => {
  expect(readConfig({ HOOKTRAIL_TOKEN_RATE_LIMIT: '10' }, 1_024, 2).accountRateLimit).toBe(100);
  const own = { HOOKTRAIL_TOKEN_RATE_LIMIT: '10', HOOKTRAIL_ACCOUNT_RATE_LIMIT: '0' };
  expect(readConfig(own).accountRateLimit).toBe(0);
});

test('connections to the API leave half of the open files to the rest', () => {
  const { maxConnections } = SETTINGS;
  expect(readConfig({ [maxConnections.name]: '512' }, 1_024, 2).descriptors.connections).toBe(512);
  expect(() => readConfig({ [maxConnections.name]: '513' }, 1_024, 2)).toThrow(
    'must be at most 512, half of the open files that this process may have (ulimit -n), got "513"',
  );
});

test.each([
  [1, 1],
  [2, 1],
  [3, 1],
  [4, 2],
  [8, 4],
  [12, 6],
  [64, 6],
])('of %i processors, %i processes make use by default', (cores, processes) => {
  expect(readConfig({}, 1_024, cores).processes).toBe(processes);
  expect(readConfig({ HOOKTRAIL_PROCESSES: '3' }, 1_024, cores).processes).toBe(3);
});

test('processes share the limits of a node, rounded up, and no limit stays none', () => {
  const env = {
    HOOKTRAIL_PROCESSES: '4',
    HOOKTRAIL_TOKEN_RATE_LIMIT: '10',
    HOOKTRAIL_MAX_CONNECTIONS: '1000',
  };
  const config = readConfig(env, 1_024);
  expect(config).toMatchObject({ tokenRateLimit: 3, accountRateLimit: 25, failedLoginLimit: 3 });
  expect(config.descriptors.connections).toBe(250);
  expect(readConfig({ HOOKTRAIL_PROCESSES: '4' }).tokenRateLimit).toBe(0);
  expect(() => readConfig({ ...env, HOOKTRAIL_MAX_CONNECTIONS: '2049' }, 1_024)).toThrow(
    'must be at most 2048, half of the open files that 4 processes may have (ulimit -n), got "2049"',
  );
});

test('docs/settings.md is up to date', async () => {
  await expect(settingsPage()).toMatchFileSnapshot('../../../docs/settings.md');
});
