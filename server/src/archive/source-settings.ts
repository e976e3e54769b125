import type { BodiesPolicy, Masking, ResendSecrets, SourceCredentials } from '../model/source.ts';

/** What people choose of a source. */
export interface SourceSettings {
  readonly name: string;
  readonly baseUrl: string;
  readonly credentials: SourceCredentials;
  /** Remote ids; undefined: all. */
  readonly onlyWebhooks: readonly string[] | undefined;
  readonly bodies: BodiesPolicy;
  readonly bodiesEvery: number | undefined;
  readonly budgetShare: number;
  readonly keepMonths: number | undefined;
  readonly masking: Masking;
  readonly resend: ResendSecrets;
  /** By remote id. */
  readonly resendSecrets: Readonly<Record<string, string>> | undefined;
}
