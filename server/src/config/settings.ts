import { isIP } from 'node:net';
import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import type { EgressProxy } from '../model/egress-proxy.ts';
import { isMailAddress } from '../model/is-mail-address.ts';
import type { MailServer } from '../model/mail-settings.ts';
import { parseUrl } from '../model/parse-url.ts';
import type { PortRange } from '../model/port-range.ts';
import type { LogFormat } from './log-format.ts';
import type { LogLevel } from './log-level.ts';

/** One environment variable: its documentation and its parser, side by side. */
export interface Setting<T> {
  readonly name: `HOOKTRAIL_${string}`;
  /** The value when it is absent, in Markdown for `docs/settings.md`. */
  readonly byDefault: string;
  /** Its purpose and its valid values, in Markdown. */
  readonly meaning: string;
  /** Throws an `Error` that says "must be ...", with the value unless the value is a secret. */
  readonly parse: (text: string) => T;
}

const LOG_FORMATS = ['auto', 'text', 'json'] as const;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** All settings. `readConfig` reads them, `docs/settings.md` is generated from them. */
export const SETTINGS = {
  host: setting({
    name: 'HOOKTRAIL_HOST',
    byDefault: '`127.0.0.1`',
    meaning: 'Address or host name to listen on. `0.0.0.0` or `::` listens on every interface.',
    parse: parseHost,
  }),
  port: setting({
    name: 'HOOKTRAIL_PORT',
    byDefault: '`4400`',
    meaning: 'Port to listen on, 0 to 65535. `0` picks any free port.',
    parse: (text) => wholeNumber(text, 0, 65_535),
  }),
  processes: setting({
    name: 'HOOKTRAIL_PROCESSES',
    byDefault: 'one for each two processors that it may use, at least `1`, at most `6`',
    meaning:
      'Processes behind one port, 1 to 64. They share the limits of one node: each has its part. ' +
      'With `1` there is no second process. See [scaling.md](scaling.md#all-cores).',
    parse: (text) => wholeNumber(text, 1, 64),
  }),
  metricsPort: setting({
    name: 'HOOKTRAIL_METRICS_PORT',
    byDefault: 'none: metrics are read on the port of the API only',
    meaning:
      'Port of its own for `GET /metrics`, without a token, 0 to 65535. `0` picks any free port. See ' +
      '[metrics.md](metrics.md).',
    parse: (text) => wholeNumber(text, 0, 65_535),
  }),
  metricsHost: setting({
    name: 'HOOKTRAIL_METRICS_HOST',
    byDefault: '`127.0.0.1`',
    meaning:
      'Address or host name on which `HOOKTRAIL_METRICS_PORT` listens. Whoever reaches it reads the metrics.',
    parse: parseHost,
  }),
  metricsWebhooks: setting({
    name: 'HOOKTRAIL_METRICS_WEBHOOKS',
    byDefault: '`off`: no metric names a webhook',
    meaning:
      'Metrics that name webhooks: `off`, or `top:N` for the N busiest, 1 to 500; all others count as `other`.',
    parse(text) {
      if (text === 'off') return 0;
      const most = Number(/^top:([1-9]\d{0,2})$/.exec(text)?.[1]);
      if (most >= 1 && most <= 500) return most;
      throw refusal('off or top:N, with N from 1 to 500', text);
    },
  }),
  publicUrl: setting({
    name: 'HOOKTRAIL_PUBLIC_URL',
    byDefault: 'the host of the request, with `http`',
    meaning:
      'Where clients reach the API and people the console: the links of lists, the addresses of inboxes, and the ' +
      'links of alerts, which are only paths without it. Set it behind a proxy, such as ' +
      '`https://hooks.example.com`. Include a path only if the proxy strips it. Without this setting, ' +
      '`X-Forwarded-*` is believed only from `HOOKTRAIL_TRUSTED_PROXIES`, because anyone can send it.',
    parse: parsePublicUrl,
  }),
  webhookOrigin: setting({
    name: 'HOOKTRAIL_WEBHOOK_ORIGIN',
    byDefault: '`hooktrail`',
    meaning:
      'The domain name that deliveries announce themselves with, where the rule `cloudevents` asks endpoints first ' +
      '([delivery.md](delivery.md#asking-an-endpoint-first)). The same on all nodes; another one asks again.',
    parse(text) {
      const name =
        /^(?=.{1,253}$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;
      if (name.test(text)) return text.toLowerCase();
      throw refusal('a domain name', text);
    },
  }),
  databaseUrl: setting({
    name: 'HOOKTRAIL_DATABASE_URL',
    byDefault: 'the embedded PostgreSQL',
    meaning:
      'A PostgreSQL 15 or newer to use instead of the embedded one: ' +
      '`postgresql://user:password@host:5432/database`.',
    parse: parseDatabaseUrl,
  }),
  databaseBytes: setting({
    name: 'HOOKTRAIL_DATABASE_BYTES',
    byDefault: 'none',
    meaning:
      'Bytes that the database may take, for the alert that tells days before it has no room any more: ' +
      '1000000 to 1125899906842624. Nothing is refused beyond it. The disk of the embedded PostgreSQL is watched ' +
      'without it; that of a database on another machine cannot be seen. See ' +
      '[alerts.md](alerts.md#what-the-rules-read).',
    parse: (text) => wholeNumber(text, 1_000_000, 2 ** 50),
  }),
  dataDir: setting({
    name: 'HOOKTRAIL_DATA_DIR',
    byDefault:
      '`/var/lib/hooktrail` as root, otherwise `$XDG_DATA_HOME/hooktrail` or ' +
      '`~/.local/share/hooktrail`',
    meaning:
      'Folder of the embedded PostgreSQL and of the secret key. Hooktrail creates it if it does not exist.',
    parse: (text) => resolve(text),
  }),
  exportDir: setting({
    name: 'HOOKTRAIL_EXPORT_DIR',
    byDefault: '`exports` in the data folder',
    meaning:
      'Folder of the files that exports write. Several nodes must share one, such as a network folder: ' +
      'otherwise exports are refused, or write to a bucket. See [exporting.md](exporting.md#where-files-are).',
    parse: (text) => resolve(text),
  }),
  exportS3Bucket: setting({
    name: 'HOOKTRAIL_EXPORT_S3_BUCKET',
    byDefault: 'none: exports are written to a folder',
    meaning:
      'Bucket of a store that speaks S3, for the files that exports write: nodes need no shared folder then. ' +
      'Not with `HOOKTRAIL_EXPORT_DIR`. See [exporting.md](exporting.md#in-a-bucket).',
    parse(text) {
      if (/^[a-zA-Z0-9][a-zA-Z0-9._-]{1,253}[a-zA-Z0-9]$/.test(text)) return text;
      throw refusal('the name of a bucket: 3 to 255 letters, digits, dots, hyphens and _', text);
    },
  }),
  exportS3Prefix: setting({
    name: 'HOOKTRAIL_EXPORT_S3_PREFIX',
    byDefault: 'none',
    meaning:
      'What the keys in the bucket begin with, such as `hooktrail/exports`: at most 500 letters, digits and ' +
      "`!-_.*'()/`. Each database needs one of its own.",
    parse(text) {
      const prefix = text.replace(/\/+$/, '');
      if (
        /^[\w!.*'()-][\w!.*'()/-]{0,499}$/.test(prefix) &&
        !/\/\/|(^|\/)\.\.?(\/|$)/.test(prefix)
      ) {
        return `${prefix}/`;
      }
      throw refusal(
        "1 to 500 letters, digits and !-_.*'()/, without a slash at the beginning, an empty part, . or ..",
        text,
      );
    },
  }),
  exportS3Endpoint: setting({
    name: 'HOOKTRAIL_EXPORT_S3_ENDPOINT',
    byDefault: '`AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, and otherwise AWS',
    meaning:
      'Where the store is: `https://host:port`. A node dials it directly, also at private addresses: the rules ' +
      'for endpoints of webhooks and `HOOKTRAIL_EGRESS_PROXY` are not for it.',
    parse: parseStoreEndpoint,
  }),
  exportS3Region: setting({
    name: 'HOOKTRAIL_EXPORT_S3_REGION',
    byDefault: '`AWS_REGION`, `AWS_DEFAULT_REGION`, and `us-east-1` with an endpoint',
    meaning: 'Region of the bucket, as the store names it.',
    parse(text) {
      if (/^[a-zA-Z0-9-]{1,63}$/.test(text)) return text;
      throw refusal('1 to 63 letters, digits and hyphens', text);
    },
  }),
  exportS3AccessKeyId: setting({
    name: 'HOOKTRAIL_EXPORT_S3_ACCESS_KEY_ID',
    byDefault: 'what the AWS client finds: `AWS_ACCESS_KEY_ID`, a profile, the role of the machine',
    meaning:
      'Id of a key that may read, write, list and delete in the bucket. With `HOOKTRAIL_EXPORT_S3_SECRET_ACCESS_KEY`.',
    parse(text) {
      if (/^[\x21-\x7e]{1,256}$/.test(text)) return text;
      throw refusal('1 to 256 visible ASCII characters', text);
    },
  }),
  exportS3SecretAccessKey: setting({
    name: 'HOOKTRAIL_EXPORT_S3_SECRET_ACCESS_KEY',
    byDefault: 'as that of the id',
    meaning: 'The key. A secret.',
    parse(text) {
      if (/^[\x21-\x7e]{1,1024}$/.test(text)) return text;
      throw new Error('must be 1 to 1024 visible ASCII characters (its value is not shown)');
    },
  }),
  exportS3PathStyle: setting({
    name: 'HOOKTRAIL_EXPORT_S3_PATH_STYLE',
    byDefault: '`on` with an endpoint, `off` with AWS',
    meaning:
      'Whether the bucket stands in the path of a URL (`on`: `https://host/bucket/key`) or before the host (`off`).',
    parse(text): boolean {
      if (text === 'on' || text === 'off') return text === 'on';
      throw refusal('on or off', text);
    },
  }),
  bootstrapToken: setting({
    name: 'HOOKTRAIL_BOOTSTRAP_TOKEN',
    byDefault: 'one is created at the first start and printed once',
    meaning:
      "The first token of account 1, an operator's: 16 to 200 visible ASCII characters. A secret.",
    parse(text) {
      if (/^[\x21-\x7e]{16,200}$/.test(text)) return text;
      throw new Error('must be 16 to 200 visible ASCII characters (its value is not shown)');
    },
  }),
  secretKey: setting({
    name: 'HOOKTRAIL_SECRET_KEY',
    byDefault: 'one is created and kept in the data folder',
    meaning:
      'Encrypts stored secrets: 32 bytes in base64, as `openssl rand -base64 32` prints them. ' +
      'Required with `HOOKTRAIL_DATABASE_URL`, with the same value on every node. A secret.',
    parse(text) {
      const key = Buffer.from(text, 'base64');
      if (key.length === 32 && key.toString('base64') === text) return key;
      throw new Error('must be 32 bytes in base64, 44 characters (its value is not shown)');
    },
  }),
  allowedNetworks: setting({
    name: 'HOOKTRAIL_ALLOWED_NETWORKS',
    byDefault: 'none',
    meaning:
      'Private, loopback or link-local networks that deliveries may reach: ' +
      'CIDR blocks, separated by commas, such as `10.0.0.0/8,fd00::/8`.',
    parse: (text) => text.split(',').map((part) => parseNetwork(part.trim(), text)),
  }),
  allowedPorts: setting({
    name: 'HOOKTRAIL_ALLOWED_PORTS',
    byDefault: 'every port',
    meaning:
      'Ports that deliveries may reach: numbers and ranges, separated by commas, such as ' +
      '`443,8000-8999`.',
    parse: (text) => text.split(',').map((part) => parsePorts(part.trim(), text)),
  }),
  dnsServers: setting({
    name: 'HOOKTRAIL_DNS_SERVERS',
    byDefault: 'those of the machine',
    meaning:
      'Name servers for the addresses of endpoints: IP addresses, with or without a port, separated ' +
      'by commas, such as `10.0.0.2,[fd00::2]:5353`. They are asked for names as they are, without ' +
      'the search domains of `/etc/resolv.conf`.',
    parse: (text) => text.split(',').map((part) => parseNameServer(part.trim(), text)),
  }),
  egressProxy: setting({
    name: 'HOOKTRAIL_EGRESS_PROXY',
    byDefault: 'none: endpoints are dialled directly',
    meaning:
      'The HTTP proxy that all deliveries leave through, by CONNECT: `http://host:port` or ' +
      '`http://user:password@host:port`. The proxy must refuse private addresses itself. See ' +
      '[addresses.md](addresses.md#through-a-proxy). A secret.',
    parse: parseEgressProxy,
  }),
  egressNoProxy: setting({
    name: 'HOOKTRAIL_EGRESS_NO_PROXY',
    byDefault: 'none',
    meaning:
      'Endpoints that are dialled directly and not through `HOOKTRAIL_EGRESS_PROXY`: names, each with ' +
      'all names below it, addresses and CIDR blocks, separated by commas, such as ' +
      '`corp.example,10.0.0.0/8`. Names are not looked up to compare them with the blocks. Such ' +
      'endpoints need `HOOKTRAIL_ALLOWED_NETWORKS` too, if they are private.',
    parse: (text) => text.split(',').map((part) => parseProxyException(part.trim(), text)),
  }),
  smtpUrl: setting({
    name: 'HOOKTRAIL_SMTP_URL',
    byDefault: 'none: alerts leave by no e-mail',
    meaning:
      'The mail server that e-mails of alerts are handed to: `smtp://host:port` or ' +
      '`smtp://user:password@host:port` with STARTTLS (port 587 by default), `smtps://...` with TLS from the ' +
      'beginning (465). A password is only sent over TLS. It is dialled by the address rules and through ' +
      '`HOOKTRAIL_EGRESS_PROXY`, as endpoints are. With `HOOKTRAIL_SMTP_FROM`. See ' +
      '[alerts.md](alerts.md#e-mail). A secret.',
    parse: parseSmtpUrl,
  }),
  smtpFrom: setting({
    name: 'HOOKTRAIL_SMTP_FROM',
    byDefault: 'none',
    meaning:
      'Who sends these e-mails: an address, or a name and an address, such as ' +
      '`Hooktrail <alerts@example.com>`.',
    parse(text) {
      const address = /^(?:[^<>"@,;:\\]{1,100}<([^<>]+)>|([^<>]+))$/.exec(text.trim());
      const found = address?.[1] ?? address?.[2];
      if (found !== undefined && isMailAddress(found) && !hasControls(text)) return text.trim();
      throw refusal('an address, or a name and an address: Hooktrail <alerts@example.com>', text);
    },
  }),
  heartbeatUrl: setting({
    name: 'HOOKTRAIL_HEARTBEAT_URL',
    byDefault: 'none',
    meaning:
      'A URL that is called each minute, with GET, while alerts are evaluated: whoever watches it learns that ' +
      'Hooktrail itself is dead. It is dialled as endpoints are. See [alerts.md](alerts.md#the-heartbeat). A secret.',
    parse(text) {
      const isUrl = /^https?:\/\/[^\s#]+$/i.test(text) && parseUrl(text) !== undefined;
      if (isUrl && text.length <= 2_048) return text;
      throw new Error('must be an http or https URL without a fragment (its value is not shown)');
    },
  }),
  retentionDays: setting({
    name: 'HOOKTRAIL_RETENTION_DAYS',
    byDefault: '`7`',
    meaning:
      'Days to keep the trail, 1 to 3650; lists show the latest 7 of them. Here and in the next two, ' +
      '3 days are added, because the schedule of an invocation may last that long.',
    parse: (text) => wholeNumber(text, 1, 3650),
  }),
  attemptRetentionDays: setting({
    name: 'HOOKTRAIL_ATTEMPT_RETENTION_DAYS',
    byDefault: 'as `HOOKTRAIL_RETENTION_DAYS`',
    meaning:
      'Days to keep attempts: headers, answers and timings, 1 to 3650. Not more than ' +
      '`HOOKTRAIL_RETENTION_DAYS`; if it is less, one more day is added. ' +
      'See [delivery.md](delivery.md#how-long-it-is-kept).',
    parse: (text) => wholeNumber(text, 1, 3650),
  }),
  eventRetentionDays: setting({
    name: 'HOOKTRAIL_EVENT_RETENTION_DAYS',
    byDefault: 'as `HOOKTRAIL_ATTEMPT_RETENTION_DAYS`',
    meaning:
      'Days to keep events, with the published bodies, 1 to 3650. Not more than ' +
      '`HOOKTRAIL_ATTEMPT_RETENTION_DAYS`: an event that can still be sent needs a place for its attempts.',
    parse: (text) => wholeNumber(text, 1, 3650),
  }),
  rollupRetentionDays: setting({
    name: 'HOOKTRAIL_ROLLUP_RETENTION_DAYS',
    byDefault: '`400`',
    meaning:
      'Days to keep counts by the hour and by the day, 1 to 3650; by the minute they are kept for ' +
      '14 of them. See [counts.md](counts.md#how-long-counts-are-kept).',
    parse: (text) => wholeNumber(text, 1, 3650),
  }),
  archiveRetentionDays: setting({
    name: 'HOOKTRAIL_ARCHIVE_RETENTION_DAYS',
    byDefault: '`keep`',
    meaning:
      'Days to keep what was archived of remote accounts, 7 to 36500, or `keep` for ever. A month is ' +
      'dropped when all of it is older.',
    parse: daysOrKeep,
  }),
  drainDelaySeconds: setting({
    name: 'HOOKTRAIL_DRAIN_DELAY_SECONDS',
    byDefault: '`0`',
    meaning:
      'Seconds for which a stopping node keeps working while `/readyz` answers 503, 0 to 300. Behind ' +
      'a load balancer, set it to longer than the balancer takes to notice (in Kubernetes: ' +
      "`periodSeconds` times `failureThreshold` of the readiness probe), and the supervisor's grace " +
      'period (`terminationGracePeriodSeconds`) to this and 70 s more: a request in flight may take 60 s.',
    parse: (text) => wholeNumber(text, 0, 300),
  }),
  tokenRateLimit: setting({
    name: 'HOOKTRAIL_TOKEN_RATE_LIMIT',
    byDefault: '`0`',
    meaning:
      'Requests per minute that one token may make on one node: 0 to 100000000, `0` for no limit. ' +
      'See [access.md](access.md#limits).',
    parse: (text) => wholeNumber(text, 0, 100_000_000),
  }),
  accountRateLimit: setting({
    name: 'HOOKTRAIL_ACCOUNT_RATE_LIMIT',
    byDefault: 'ten times `HOOKTRAIL_TOKEN_RATE_LIMIT`',
    meaning:
      'Requests per minute that one account may make on one node, with all its tokens: 0 to ' +
      '1000000000, `0` for no limit. See [access.md](access.md#limits).',
    parse: (text) => wholeNumber(text, 0, 1_000_000_000),
  }),
  maxConnections: setting({
    name: 'HOOKTRAIL_MAX_CONNECTIONS',
    byDefault: 'three eighths of the open files that the process may have, at most `10000`',
    meaning:
      'Connections to the API at once, 16 to 100000, and at most half of the open files that the ' +
      'process may have (`ulimit -n`): the rest is for deliveries. At the limit a new connection ' +
      'takes the place of an idle one. See [scaling.md](scaling.md#connections-and-open-files).',
    parse: (text) => wholeNumber(text, 16, 100_000),
  }),
  failedLoginLimit: setting({
    name: 'HOOKTRAIL_FAILED_LOGIN_LIMIT',
    byDefault: '`10`',
    meaning:
      'Wrong credentials per minute from one address that one node answers with 401: 0 to 1000000, ' +
      '`0` for no limit. Further ones get 429.',
    parse: (text) => wholeNumber(text, 0, 1_000_000),
  }),
  maxWebhooksPerAccount: setting({
    name: 'HOOKTRAIL_MAX_WEBHOOKS_PER_ACCOUNT',
    byDefault: '`10000`',
    meaning:
      'Webhooks that one account may have, 1 to 1000000. Every node holds all webhooks in memory. ' +
      'See [access.md](access.md#limits-of-webhooks).',
    parse: (text) => wholeNumber(text, 1, 1_000_000),
  }),
  maxWebhookBytesPerAccount: setting({
    name: 'HOOKTRAIL_MAX_WEBHOOK_BYTES_PER_ACCOUNT',
    byDefault: '`67108864` (64 MiB)',
    meaning:
      'Bytes that the webhooks of one account may take together in the memory of a node, about: ' +
      '100000 to 1099511627776.',
    parse: (text) => wholeNumber(text, 100_000, 2 ** 40),
  }),
  maxExportBytesPerAccount: setting({
    name: 'HOOKTRAIL_MAX_EXPORT_BYTES_PER_ACCOUNT',
    byDefault: '`10737418240` (10 GiB)',
    meaning:
      'Bytes that the kept files of the exports of one account may take together: 1000000 to ' +
      '1125899906842624. See [exporting.md](exporting.md#limits).',
    parse: (text) => wholeNumber(text, 1_000_000, 2 ** 50),
  }),
  trustedProxies: setting({
    name: 'HOOKTRAIL_TRUSTED_PROXIES',
    byDefault: 'none',
    meaning:
      'Networks of reverse proxies, as CIDR blocks separated by commas. `X-Forwarded-For`, `-Proto` ' +
      'and `-Host` are believed only from these: they give the address of the client and, without ' +
      '`HOOKTRAIL_PUBLIC_URL`, the beginning of links.',
    parse: (text) => text.split(',').map((part) => parseNetwork(part.trim(), text)),
  }),
  console: setting({
    name: 'HOOKTRAIL_CONSOLE',
    byDefault: '`on`',
    meaning:
      'Whether this node serves the web console at `/console/`: `on` or `off`. Sign-in by the API stays.',
    parse(text): boolean {
      if (text === 'on' || text === 'off') return text === 'on';
      throw refusal('on or off', text);
    },
  }),
  logLevel: setting({
    name: 'HOOKTRAIL_LOG_LEVEL',
    byDefault: '`info`',
    meaning: `One of ${LOG_LEVELS.map((level) => `\`${level}\``).join(', ')}.`,
    parse(text): LogLevel {
      const level = LOG_LEVELS.find((known) => known === text);
      if (level !== undefined) return level;
      throw refusal(`one of ${LOG_LEVELS.join(', ')}`, text);
    },
  }),
  logFormat: setting({
    name: 'HOOKTRAIL_LOG_FORMAT',
    byDefault: '`auto`',
    meaning:
      'Format of the log on standard output: `json` writes one object per line, `text` writes ' +
      'lines for people, `auto` is `text` on a terminal and `json` otherwise.',
    parse(text): LogFormat {
      const format = LOG_FORMATS.find((known) => known === text);
      if (format !== undefined) return format;
      throw refusal(`one of ${LOG_FORMATS.join(', ')}`, text);
    },
  }),
} as const;

/** Lets the compiler infer each setting's own type. */
function parseHost(text: string): string {
  if (isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252})$/.test(text)) return text;
  throw refusal('an IP address or a host name', text);
}

function setting<T>(value: Setting<T>): Setting<T> {
  return value;
}

function refusal(rule: string, text: string): Error {
  return new Error(`must be ${rule}, got ${JSON.stringify(text)}`);
}

function wholeNumber(text: string, least: number, most: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw refusal(`a whole number from ${least} to ${most}`, text);
}

function daysOrKeep(text: string): number | undefined {
  if (text === 'keep') return undefined;
  const days = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (days >= 7 && days <= 36_500) return days;
  throw refusal('keep, or a whole number from 7 to 36500', text);
}

function parsePublicUrl(text: string): string {
  const rule = 'an http or https URL without user information, query and fragment';
  const url = /^https?:\/\/[^\s?#@]+$/i.test(text) && parseUrl(text);
  if (!url) throw refusal(rule, text);
  return url.href.replace(/\/+$/, '');
}

/** The path of a store would be lost: buckets begin there. */
function parseStoreEndpoint(text: string): string {
  const url = /^https?:\/\/[^\s/?#@]+\/?$/i.test(text) && parseUrl(text);
  if (url) return url.origin;
  // Who puts a key into it must not find it in the log.
  throw new Error(
    'must be https://host:port or http://host:port, without user information, path and query (its value is not shown)',
  );
}

/** Errors show only the scheme and the host: any other part may hold a password. */
function parseDatabaseUrl(text: string): string {
  const rule = 'a URL that begins with postgresql:// or postgres://';
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text) ?? [];
  if (scheme === undefined) throw new Error(`must be ${rule} (its value is not shown)`);
  // "user@/database?host=/socket/folder" is valid for PostgreSQL but not for the URL standard.
  const url = parseUrl(text.replace('@/', '@socket/'));
  if (!url) throw new Error(`must be ${rule} and be well formed (its value is not shown)`);
  if (scheme !== 'postgresql' && scheme !== 'postgres') {
    throw refusal(rule, `${scheme}://${url.host}`);
  }
  return text;
}

/** No part of the value is shown: a password with a "/" or "#" in it makes any part of the URL secret. */
function parseSmtpUrl(text: string): MailServer {
  const rule = (what: string) => new Error(`must be ${what} (its value is not shown)`);
  const form = 'smtp://host:port or smtps://host:port, with user:password@ before the host';
  // The URL standard knows neither protocol, and would keep a host as it is written.
  const isSecure = /^smtps:/i.test(text);
  const http = text.replace(/^smtps?:/i, 'http:');
  const url = /^smtps?:\/\/[^\s/?#]+\/?$/i.test(text) && parseUrl(http);
  if (!url) {
    throw rule(`${form}; characters such as @ / # ? in the password percent-encoded`);
  }
  let username: string;
  let password: string;
  try {
    [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  } catch {
    throw rule('percent-encoded in its user name and password');
  }
  if (hasControls(username + password)) throw rule('without control characters');
  if ((username === '') !== (password === '')) throw rule(`${form}: a user name with a password`);
  // 80 is the default of http, which the parser removes.
  const port = /:80\/?$/.test(text) ? 80 : Number(url.port || (isSecure ? 465 : 587));
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    isSecure,
    credentials: username === '' ? undefined : { username, password },
  };
}

function parseEgressProxy(text: string): Omit<EgressProxy, 'exceptions'> {
  const rule = (what: string) => new Error(`must be ${what} (its value is not shown)`);
  if (/^(https|socks\d?[ah]?):/i.test(text)) {
    throw rule('an HTTP proxy, http://host:port: TLS to the proxy and SOCKS are not supported');
  }
  const url = /^http:\/\/[^\s/?#]+\/?$/i.test(text) && parseUrl(text);
  if (!url) {
    throw rule(
      'http://host:port or http://user:password@host:port, without a path; characters such as @ / # ? ' +
        'in the password percent-encoded',
    );
  }
  let credentials: string;
  try {
    credentials = [url.username, url.password].map(decodeURIComponent).join(':');
  } catch {
    throw rule('percent-encoded in its user name and password');
  }
  // RFC 7617. A colon in the user name would begin the password.
  if (hasControls(credentials) || decodeURIComponent(url.username).includes(':')) {
    throw rule('without control characters, and without a colon in the user name');
  }
  const isAnonymous = url.username === '' && url.password === '';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 80),
    authorization: isAnonymous
      ? undefined
      : `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`,
  };
}

function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  return /[\u0000-\u001f\u007f]/.test(text);
}

/** Returns a name in lower case without a dot at either end, or a CIDR block. */
function parseProxyException(part: string, whole: string): string {
  if (part.includes('/')) return parseNetwork(part, whole);
  const address = part.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0)
    return parseNetwork(`${address}/${isIP(address) === 4 ? 32 : 128}`, whole);
  // Curl and others take ".example.com" and "*.example.com" for the same as "example.com".
  const name = part
    .replace(/^\*?\./, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)) return name;
  throw new Error(
    'must be names such as corp.example, addresses and CIDR blocks such as 10.0.0.0/8, separated by ' +
      `commas, without ports, got ${JSON.stringify(part)}${within(part, whole)}`,
  );
}

/** Names the whole setting when the value is one of several. */
function within(part: string, whole: string): string {
  return part === whole ? '' : ` (in ${JSON.stringify(whole)})`;
}

function parsePorts(part: string, whole: string): PortRange {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
  const range = { first: Number(first), last: Number(last) };
  if (range.first >= 1 && range.first <= range.last && range.last <= 65_535) return range;
  throw new Error(
    'must be ports from 1 to 65535 and ranges such as 8000-8999, separated by commas, got ' +
      `${JSON.stringify(part)}${within(part, whole)}`,
  );
}

/** Returns the form that `dns.Resolver` takes, with an IPv6 address in brackets. */
function parseNameServer(part: string, whole: string): string {
  const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(part);
  const plain = /^([\d.]+)(?::(\d{1,5}))?$/.exec(part);
  const [, address = '', port] = bracketed ?? plain ?? ['', part];
  const kind = isIP(address);
  const formed = bracketed ? kind === 6 : plain ? kind === 4 : kind === 6;
  if (formed && !address.includes('%') && (port === undefined || isPort(port))) {
    const host = kind === 6 ? `[${address}]` : address;
    return port === undefined ? host : `${host}:${Number(port)}`;
  }
  throw new Error(
    'must be IP addresses such as 10.0.0.2, 10.0.0.2:5353 or [fd00::2]:5353, separated by commas, ' +
      `got ${JSON.stringify(part)}${within(part, whole)}`,
  );
}

function isPort(text: string): boolean {
  return Number(text) >= 1 && Number(text) <= 65_535;
}

function parseNetwork(part: string, whole: string): string {
  const [address = '', prefix = '', ...rest] = part.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  // ipaddr.js alone would accept "10/8" and read "010.0.0.0/8" as octal.
  const formed = isIP(address) !== 0 && !address.includes('%') && /^\d{1,3}$/.test(prefix);
  if (!formed || Number(prefix) > bits || rest.length > 0) {
    const advice = isIP(address) !== 0 && prefix === '' ? `; did you mean ${address}/${bits}?` : '';
    throw new Error(
      `must be CIDR blocks such as 10.0.0.0/8, separated by commas, got ${JSON.stringify(part)}${within(part, whole)}${advice}`,
    );
  }
  const parser = bits === 32 ? ipaddr.IPv4 : ipaddr.IPv6;
  const network = parser.networkAddressFromCIDR(part).toString();
  if (network !== ipaddr.parse(address).toString()) {
    throw new Error(
      `must be CIDR blocks that begin at the first address of their network, got ` +
        `${JSON.stringify(part)}; did you mean ${network}/${Number(prefix)}?`,
    );
  }
  return `${network}/${Number(prefix)}`;
}
