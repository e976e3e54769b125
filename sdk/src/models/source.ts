import type { Open } from './open.ts';

/** Of which invocations requests and answers are archived. */
export interface SourceBodies {
  /** `sample`: of one in `every`. */
  policy: Open<'all' | 'failures' | 'sample' | 'none'>;
  /** Only of the policy `sample`. */
  every?: number;
}

/** What is masked before it is stored. */
export interface SourceMasking {
  /** Whether values are replaced. */
  enabled: boolean;
  /** Headers, beside those that are called like secrets. */
  headers: string[];
  /** Members of JSON bodies and of forms, likewise. */
  fields: string[];
}

/** A remote account whose trail is archived. */
export interface Source {
  /** A ULID. */
  id: string;
  /** What queries call it: `origin:NAME`. */
  name: string;
  /** The server. */
  baseUrl: string;
  /** How it lets us in; without the secret. */
  credentials: { type: Open<'api_token' | 'access_token'>; email?: string };
  /** The ids, at the service, of the webhooks that are archived; absent: all. */
  webhooks?: string[];
  /** Which requests and answers are archived. */
  bodies: SourceBodies;
  /** Per cent of the requests that the service allows. */
  budgetShare: number;
  /** Months that its rows are kept; absent: as long as the server keeps its archive. */
  keepMonths?: number;
  /** What is masked before it is stored. */
  masking: SourceMasking;
  /** Where the secrets come from that resent requests are signed with. */
  resendSecrets: Open<'none' | 'given' | 'read'>;
  /** `failing`: the last request failed, see `error`. */
  state: Open<'polling' | 'failing' | 'paused'>;
  /** When it was created. */
  createdAt: Date;
  /** When it was changed last; absent before the first change. */
  updatedAt?: Date;
  /** When it was paused; absent while it is not. */
  pausedAt?: Date;
  /** When a log was read up to then, last. */
  lastPollAt?: Date;
  /** Everything that finished until then is archived, except gaps; absent before each log was read. */
  completeUntil?: Date;
  /** How long ago that is. */
  lagSeconds?: number;
  /** Webhooks that exist. */
  webhooksCount: number;
  /** Archived ones that the service has no longer. */
  webhooksGone: number;
  /** Those whose log was not read to its end yet. */
  webhooksUnread: number;
  /** What was archived so far. */
  archived: { rows: number; invocations: number; lateRows: number; bodies: number };
  /** Requests and answers that are still to be fetched, and those that were lost. */
  bodiesMissing: { count: number; failures: number; lost: number; firstLostAt?: Date };
  /** Requests to the service in the last minute. */
  requestsPerMinute: number;
  /** Requests a minute that the service allows, as it says. */
  rateLimit?: number;
  /** How far the clock of the service is ahead. */
  clockOffMs?: number;
  /** The service asked to wait until then: no request goes out before, also for a poll now. */
  waitsUntil?: Date;
  /** Why the last request failed, or that webhooks are left out (`limit`); absent where neither is. */
  error?: {
    code: Open<
      | 'throttled'
      | 'unauthorized'
      | 'forbidden'
      | 'not found'
      | 'unavailable'
      | 'unreadable'
      | 'limit'
    >;
    message: string;
    at: Date;
  };
}

/** Credentials of a source: an e-mail address and an API token, or an access token. */
export type SourceCredentials =
  | { readonly email: string; readonly apiToken: string }
  | { readonly accessToken: string };

/** What may be chosen of a source. */
export interface SourcePatch {
  /** Letters, digits, `.`, `-` and `_`; no two sources have the same. */
  readonly name?: string | undefined;
  /** The `acme` of `acme.zendesk.com`; not together with `baseUrl`. */
  readonly subdomain?: string | undefined;
  /** Another server. */
  readonly baseUrl?: string | undefined;
  /** Demanded with another server. */
  readonly credentials?: SourceCredentials | undefined;
  /** The ids, at the service, of the webhooks to archive; null: all. */
  readonly webhooks?: readonly string[] | null | undefined;
  /** Which requests and answers to archive; default those of failures. */
  readonly bodies?: Readonly<SourceBodies> | undefined;
  /** Per cent of the requests that the service allows; default 70. */
  readonly budgetShare?: number | undefined;
  /** Months to keep its rows; null: as long as the server keeps its archive. */
  readonly keepMonths?: number | null | undefined;
  /** What to mask before it is stored; on by default. */
  readonly masking?:
    | {
        readonly enabled?: boolean | undefined;
        readonly headers?: readonly string[] | undefined;
        readonly fields?: readonly string[] | undefined;
      }
    | undefined;
  /** `none`, `read`, or the signing secrets by the ids of webhooks at the service. */
  readonly resendSecrets?: 'none' | 'read' | Readonly<Record<string, string>> | undefined;
}

/** A source to create. */
export interface SourceInput extends SourcePatch {
  /** What queries call it: `origin:NAME`. */
  readonly name: string;
  /** How its account is read. They are sealed, and never answered. */
  readonly credentials: SourceCredentials;
}

/** What the credentials of a source may read. Absent: there was nothing to try it with. */
export interface SourceAccess {
  /** Whether its webhooks can be listed. */
  webhooks: boolean;
  /** Whether their invocations can be. */
  invocations?: boolean;
  /** Whether their signing secrets can be read. */
  signingSecrets?: boolean;
  /** Requests a minute. */
  rateLimit?: number;
  /** All of it in words. */
  explanation: string;
}

/** A source, and what its credentials may read where they were tried. */
export interface CheckedSource {
  /** The source as it is stored. */
  source: Source;
  /** Absent: they were not tried. */
  access?: SourceAccess;
}

/** A webhook of a source, and how far its log is read. */
export interface SourceWebhook {
  /** Ours, a ULID: its trail is under this id. */
  id: string;
  /** Its id at the service. */
  remoteId: string;
  /** Its name there. */
  name: string;
  /** As the service says: `active`, `inactive`. */
  status?: string;
  /** Where it sends; a query may be masked. */
  endpoint?: string;
  /** How it sends. */
  httpMethod?: string;
  /** In which format. */
  requestFormat?: string;
  /** Which events it gets. */
  subscriptions: string[];
  /** When the service did not list it any more; absent while it exists. */
  goneAt?: Date;
  /** When its log was read last. */
  lastPollAt?: Date;
  /** How often its log is read, while it exists. */
  pollSeconds: number;
  /** Everything of it that finished until then is archived, except gaps; absent before its log was read. */
  completeUntil?: Date;
  /** When the newest of it finished. */
  newestAt?: Date;
  /** What was archived so far. */
  archived: { rows: number; invocations: number; lateRows: number; bodies: number };
  /** Requests and answers that are still to be fetched, and those that were lost. */
  bodiesMissing: { count: number; failures: number; lost: number };
}

/** Why a span of the archive is unknown. */
export type GapReason = Open<'outage' | 'log erased' | 'webhook gone'>;

/** A span of which it is unknown what finished in it, where its rows would be. */
export interface ListedGap {
  /** The name of the source. */
  source: string;
  /** The archived webhook. */
  webhook: { id: string; name: string };
  /** When the span begins. */
  from: Date;
  /** When it ends. */
  to: Date;
  /** Why it is unknown. */
  reason: GapReason;
}

/** A gap of the archive of a source. */
export interface ArchiveGap extends ListedGap {
  /** A ULID. */
  id: string;
  /** When it was found. */
  foundAt: Date;
}
