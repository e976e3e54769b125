import type { ExportStore } from '../model/export-store.ts';
import type { ConfigProblem } from './config-error.ts';
import { SETTINGS, type Setting } from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What is nothing without a bucket. */
const OF_A_BUCKET = [
  SETTINGS.exportS3Prefix,
  SETTINGS.exportS3Endpoint,
  SETTINGS.exportS3Region,
  SETTINGS.exportS3AccessKeyId,
  SETTINGS.exportS3SecretAccessKey,
  SETTINGS.exportS3PathStyle,
] as const;

/** Where the tools of AWS read what is not set of ours. */
const OF_AWS = {
  endpoint: ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'],
  region: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
};

/** Reads which bucket exports are written to; undefined: none. */
export function readExportStore(
  env: Env,
  read: <T>(setting: Setting<T>) => T | undefined,
  problems: ConfigProblem[],
): ExportStore | undefined {
  const isSet = ({ name }: { readonly name: string }): boolean => (env[name] ?? '') !== '';
  const refuse = ({ name }: { readonly name: string }, message: string) =>
    problems.push({ name, message });
  const { exportDir, exportS3AccessKeyId, exportS3Bucket, exportS3SecretAccessKey } = SETTINGS;
  const ofAws = (names: readonly string[], parse: (text: string) => string): string | undefined => {
    const name = names.find((one) => isSet({ name: one }));
    return name && read<string>({ ...exportS3Bucket, name: name as `HOOKTRAIL_${string}`, parse });
  };

  if (!isSet(exportS3Bucket)) {
    for (const setting of OF_A_BUCKET.filter(isSet)) {
      refuse(setting, `has no effect without ${exportS3Bucket.name}, the bucket`);
    }
    return undefined;
  }
  if (isSet(exportDir)) {
    refuse(exportDir, `must not be set with ${exportS3Bucket.name}: exports have one place`);
  }
  for (const [one, other] of [
    [exportS3AccessKeyId, exportS3SecretAccessKey],
    [exportS3SecretAccessKey, exportS3AccessKeyId],
  ] as const) {
    if (isSet(one) && !isSet(other)) refuse(other, `must be set with ${one.name}`);
  }
  const id = read(exportS3AccessKeyId);
  const secret = read(exportS3SecretAccessKey);
  const endpoint =
    read(SETTINGS.exportS3Endpoint) ?? ofAws(OF_AWS.endpoint, SETTINGS.exportS3Endpoint.parse);
  const region =
    read(SETTINGS.exportS3Region) ?? ofAws(OF_AWS.region, SETTINGS.exportS3Region.parse);
  return Object.freeze({
    bucket: read(exportS3Bucket) ?? '',
    prefix: read(SETTINGS.exportS3Prefix) ?? '',
    endpoint,
    // Stores other than that of AWS sign with it, and few of them look at it.
    region: region ?? (endpoint === undefined ? undefined : 'us-east-1'),
    key: id !== undefined && secret !== undefined ? Object.freeze({ id, secret }) : undefined,
    pathStyle: read(SETTINGS.exportS3PathStyle) ?? endpoint !== undefined,
  });
}
