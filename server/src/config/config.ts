import type { EgressProxy } from '../model/egress-proxy.ts';
import type { ExportStore } from '../model/export-store.ts';
import type { MailSettings } from '../model/mail-settings.ts';
import type { PortRange } from '../model/port-range.ts';
import { similarName } from '../model/similar-name.ts';
import type { TraceExport } from '../model/trace-export.ts';
import type { ConfigProblem } from './config-error.ts';
import { ConfigError } from './config-error.ts';
import { defaultDataDir } from './default-data-dir.ts';
import type { LogFormat } from './log-format.ts';
import type { LogLevel } from './log-level.ts';
import { openFilesLimit } from './open-files-limit.ts';
import { partOf } from './part-of.ts';
import { readExportStore } from './read-export-store.ts';
import { readTraceExport } from './read-trace-export.ts';
import { SETTINGS } from './settings.ts';
import { type Descriptors, shareDescriptors } from './share-descriptors.ts';
import { usableCores } from './usable-cores.ts';

/** Where metrics are read without a token. */
export interface MetricsAddress {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
}

/** Every setting, complete and validated: readers need no defaults and no checks. */
export interface Config {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** Processes behind the port. What follows is of one of them where it says so. */
  readonly processes: number;
  /** Undefined: metrics have no listener of their own. */
  readonly metrics: MetricsAddress | undefined;
  /** How many webhooks metrics name; 0: none. */
  readonly metricsWebhooks: number;
  /** Where clients reach the API, without a trailing slash. Undefined: the host of each request. */
  readonly publicUrl: string | undefined;
  readonly webhookOrigin: string;
  /** Undefined means the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** What the database may take; undefined: no limit but its disk. */
  readonly databaseBytes: number | undefined;
  readonly dataDir: string;
  /** Undefined: `exports` in `dataDir`. */
  readonly exportDir: string | undefined;
  /** Undefined: exports are written to a folder. */
  readonly exportStore: ExportStore | undefined;
  readonly bootstrapToken: string | undefined;
  /** 32 bytes. Undefined only with the embedded PostgreSQL, whose key is in `dataDir`. */
  readonly secretKey: Buffer | undefined;
  /** CIDR blocks. */
  readonly allowedNetworks: readonly string[];
  /** Empty means every port. */
  readonly allowedPorts: readonly PortRange[];
  /** `address` or `address:port` each; empty means the machine's name servers. */
  readonly dnsServers: readonly string[];
  /** Undefined: endpoints are dialled directly. */
  readonly egressProxy: EgressProxy | undefined;
  /** The server that e-mails of alerts are handed to; undefined: there is none. */
  readonly mail: MailSettings | undefined;
  /** What is called each minute while alerts are evaluated. A secret. */
  readonly heartbeatUrl: string | undefined;
  readonly retentionDays: number;
  /** Not more than `retentionDays`. */
  readonly attemptRetentionDays: number;
  /** Not more than `attemptRetentionDays`. */
  readonly eventRetentionDays: number;
  readonly rollupRetentionDays: number;
  /** Of what was archived of remote accounts; undefined: for ever. */
  readonly archiveRetentionDays: number | undefined;
  /** From the stop signal until the listener closes; the node is not ready meanwhile. */
  readonly drainDelayMs: number;
  /** Requests per token and minute in a process; 0 is no limit. */
  readonly tokenRateLimit: number;
  /** Requests per account and minute in a process; 0 is no limit. */
  readonly accountRateLimit: number;
  /** What a process may open at once. */
  readonly descriptors: Descriptors;
  /** Failed logins per address and minute in a process; 0 is no limit. */
  readonly failedLoginLimit: number;
  readonly maxWebhooksPerAccount: number;
  readonly maxWebhookBytesPerAccount: number;
  readonly maxExportBytesPerAccount: number;
  /** CIDR blocks. */
  readonly trustedProxies: readonly string[];
  /** Whether the node serves the console. */
  readonly console: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** Where traces go; undefined: nothing is traced. */
  readonly traces: TraceExport | undefined;
}

const PREFIX = 'HOOKTRAIL_';

/**
 * PostgreSQL works as much as a node does, so two processors feed one process. Six open 90 connections at most;
 * PostgreSQL has 97 for others than its superuser by default.
 */
const CORES_A_PROCESS = 2;
const MOST_BY_DEFAULT = 6;

/** The command `hooktrail` reads these; whoever exported them must still be able to start a node. */
const OF_THE_COMMAND = [
  'HOOKTRAIL_URL',
  'HOOKTRAIL_TOKEN',
  'HOOKTRAIL_PROFILE',
  'HOOKTRAIL_SIGNING_SECRET',
  'HOOKTRAIL_PASSPHRASE',
];

/**
 * Reads the configuration from the environment. A variable set to the empty string counts as
 * absent: compose files and unit files say "not set" that way.
 *
 * @param openFiles The files and sockets that this process may have open.
 * @param cores The processors that it may use.
 * @throws ConfigError naming every wrong value, every missing one and every unknown `HOOKTRAIL_`
 * name
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  openFiles = openFilesLimit(),
  cores = usableCores(),
): Config {
  const problems: ConfigProblem[] = [];

  function read<T>(setting: { name: string; parse: (text: string) => T }): T | undefined {
    const text = env[setting.name];
    if (text === undefined || text === '') return undefined;
    try {
      return setting.parse(text);
    } catch (error) {
      problems.push({ name: setting.name, message: (error as Error).message });
      return undefined;
    }
  }

  const byCores = Math.max(1, Math.min(MOST_BY_DEFAULT, Math.floor(cores / CORES_A_PROCESS)));
  const processes = read(SETTINGS.processes) ?? byCores;
  const databaseUrl = read(SETTINGS.databaseUrl);
  const metricsPort = read(SETTINGS.metricsPort);
  const metricsHost = read(SETTINGS.metricsHost);
  const secretKey = read(SETTINGS.secretKey);
  const tokenRateLimit = read(SETTINGS.tokenRateLimit) ?? 0;
  const maxConnections = read(SETTINGS.maxConnections);
  const retentionDays = read(SETTINGS.retentionDays) ?? 7;
  const attemptRetentionDays = read(SETTINGS.attemptRetentionDays) ?? retentionDays;
  const egressProxy = read(SETTINGS.egressProxy);
  const smtpServer = read(SETTINGS.smtpUrl);
  const smtpFrom = read(SETTINGS.smtpFrom);
  const exceptions = Object.freeze(read(SETTINGS.egressNoProxy) ?? []);
  const config: Config = {
    host: read(SETTINGS.host) ?? '127.0.0.1',
    port: read(SETTINGS.port) ?? 4400,
    processes,
    metrics:
      metricsPort === undefined
        ? undefined
        : Object.freeze({ host: metricsHost ?? '127.0.0.1', port: metricsPort }),
    metricsWebhooks: read(SETTINGS.metricsWebhooks) ?? 0,
    publicUrl: read(SETTINGS.publicUrl),
    webhookOrigin: read(SETTINGS.webhookOrigin) ?? 'hooktrail',
    databaseUrl,
    databaseBytes: read(SETTINGS.databaseBytes),
    dataDir: read(SETTINGS.dataDir) ?? defaultDataDir(env),
    exportDir: read(SETTINGS.exportDir),
    exportStore: readExportStore(env, read, problems),
    bootstrapToken: read(SETTINGS.bootstrapToken),
    secretKey,
    allowedNetworks: Object.freeze(read(SETTINGS.allowedNetworks) ?? []),
    allowedPorts: Object.freeze(read(SETTINGS.allowedPorts) ?? []),
    dnsServers: Object.freeze(read(SETTINGS.dnsServers) ?? []),
    egressProxy: egressProxy && Object.freeze({ ...egressProxy, exceptions }),
    mail:
      smtpServer === undefined || smtpFrom === undefined
        ? undefined
        : Object.freeze({ ...smtpServer, from: smtpFrom }),
    heartbeatUrl: read(SETTINGS.heartbeatUrl),
    retentionDays,
    attemptRetentionDays,
    eventRetentionDays: read(SETTINGS.eventRetentionDays) ?? attemptRetentionDays,
    rollupRetentionDays: read(SETTINGS.rollupRetentionDays) ?? 400,
    archiveRetentionDays: read(SETTINGS.archiveRetentionDays),
    drainDelayMs: (read(SETTINGS.drainDelaySeconds) ?? 0) * 1_000,
    tokenRateLimit: partOf(tokenRateLimit, processes),
    accountRateLimit: partOf(read(SETTINGS.accountRateLimit) ?? 10 * tokenRateLimit, processes),
    descriptors: shareDescriptors(openFiles, maxConnections, processes),
    failedLoginLimit: partOf(read(SETTINGS.failedLoginLimit) ?? 10, processes),
    maxWebhooksPerAccount: read(SETTINGS.maxWebhooksPerAccount) ?? 10_000,
    maxWebhookBytesPerAccount: read(SETTINGS.maxWebhookBytesPerAccount) ?? 64 * 1024 * 1024,
    maxExportBytesPerAccount: read(SETTINGS.maxExportBytesPerAccount) ?? 10 * 1024 * 1024 * 1024,
    trustedProxies: Object.freeze(read(SETTINGS.trustedProxies) ?? []),
    console: read(SETTINGS.console) ?? true,
    logLevel: read(SETTINGS.logLevel) ?? 'info',
    logFormat: read(SETTINGS.logFormat) ?? 'auto',
    traces: readTraceExport(env, problems),
  };

  if (env[SETTINGS.databaseUrl.name] && !env[SETTINGS.secretKey.name]) {
    problems.push({
      name: SETTINGS.secretKey.name,
      message:
        `must be set when ${SETTINGS.databaseUrl.name} is: every node on that database needs the ` +
        'same key. Make one with: openssl rand -base64 32',
    });
  }
  if (env[SETTINGS.metricsHost.name] && !env[SETTINGS.metricsPort.name]) {
    problems.push({
      name: SETTINGS.metricsHost.name,
      message: `has no effect without ${SETTINGS.metricsPort.name}: without a port of their own, metrics are read on that of the API`,
    });
  }
  if (env[SETTINGS.egressNoProxy.name] && !env[SETTINGS.egressProxy.name]) {
    problems.push({
      name: SETTINGS.egressNoProxy.name,
      message: `has no effect without ${SETTINGS.egressProxy.name}: without a proxy every endpoint is dialled directly`,
    });
  }
  for (const [one, other] of [
    [SETTINGS.smtpUrl, SETTINGS.smtpFrom],
    [SETTINGS.smtpFrom, SETTINGS.smtpUrl],
  ] as const) {
    if (env[one.name] && !env[other.name]) {
      const message = `must be set when ${one.name} is: an e-mail needs a server and a sender`;
      problems.push({ name: other.name, message });
    }
  }
  const mostConnections = processes * Math.floor(openFiles / 2);
  if (maxConnections !== undefined && maxConnections > mostConnections) {
    problems.push({
      name: SETTINGS.maxConnections.name,
      message:
        `must be at most ${mostConnections}, half of the open files that ` +
        `${processes === 1 ? 'this process' : `${processes} processes`} may ` +
        `have (ulimit -n), got "${maxConnections}"`,
    });
  }
  problems.push(...tooLong(config), ...unknownNames(env));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/**
 * Reads HOOKTRAIL_DATABASE_URL alone, for programs that only prepare the database.
 *
 * @throws ConfigError when it is missing or wrong
 */
export function readDatabaseUrl(env: Readonly<Record<string, string | undefined>>): string {
  const { name, parse } = SETTINGS.databaseUrl;
  const text = env[name];
  if (text === undefined || text === '') throw new ConfigError([{ name, message: 'must be set' }]);
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigError([{ name, message: (error as Error).message }]);
  }
}

/** Attempts must not outlive their invocations, nor events the attempts. */
function tooLong(config: Config): ConfigProblem[] {
  const chain = ['retentionDays', 'attemptRetentionDays', 'eventRetentionDays'] as const;
  return chain.slice(1).flatMap((key, index) => {
    const longer = chain[index] as (typeof chain)[number];
    if (config[key] <= config[longer]) return [];
    return [
      {
        name: SETTINGS[key].name,
        message: `must not be more than ${SETTINGS[longer].name}, which is ${config[longer]}, got "${config[key]}"`,
      },
    ];
  });
}

function unknownNames(env: Readonly<Record<string, string | undefined>>): ConfigProblem[] {
  const known = Object.values(SETTINGS).map((setting) => setting.name as string);
  const unknown = Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !OF_THE_COMMAND.includes(name))
    .sort();
  return unknown
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, message: `is not a setting. ${hint(name, known)}` }));
}

function hint(name: string, known: readonly string[]): string {
  // Kubernetes sets these in every pod of a namespace with a service called "hooktrail".
  if (/^HOOKTRAIL_(SERVICE_|PORT_\d)/.test(name)) {
    return 'If Kubernetes sets it, put "enableServiceLinks: false" into the pod\'s specification.';
  }
  const similar = similarName(name, known);
  return similar === undefined ? `There are: ${known.join(', ')}` : `Did you mean ${similar}?`;
}
