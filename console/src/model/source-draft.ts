import type {
  Source,
  SourceBodies,
  SourceCredentials,
  SourceInput,
  SourcePatch,
} from '@hooktrail/sdk/hooktrail';
import { linesOf } from './lines-of.ts';

/** A source as a form holds it: all of it text. */
export interface SourceDraft {
  readonly name: string;
  /** Where the account is: at Zendesk, or at another server that speaks its API. */
  readonly at: 'zendesk' | 'server';
  readonly subdomain: string;
  readonly baseUrl: string;
  /** `keep`: the stored ones stay. */
  readonly credentials: 'keep' | 'api_token' | 'access_token';
  readonly email: string;
  readonly secret: string;
  /** Ids at the service, one a line; none: all. */
  readonly webhooks: string;
  readonly bodies: string;
  readonly every: string;
  readonly budgetShare: string;
  /** Empty: as long as the server keeps its archive. */
  readonly keepMonths: string;
  readonly masking: 'on' | 'off';
  /** One a line. */
  readonly maskedHeaders: string;
  /** One a line. */
  readonly maskedFields: string;
  /** `keep`: those that were given stay. */
  readonly resend: 'none' | 'read' | 'given' | 'keep';
  /** `ID SECRET`, one a line. */
  readonly resendSecrets: string;
}

const ZENDESK = /^https:\/\/([a-z0-9-]+)\.zendesk\.com$/i;

/** An empty form, or that of a source. */
export function sourceDraftOf(source?: Source): SourceDraft {
  const subdomain = ZENDESK.exec(source?.baseUrl ?? '')?.[1];
  const isAtZendesk = source === undefined || subdomain !== undefined;
  return {
    name: source?.name ?? '',
    at: isAtZendesk ? 'zendesk' : 'server',
    subdomain: subdomain ?? '',
    baseUrl: isAtZendesk ? '' : source.baseUrl,
    credentials: source === undefined ? 'api_token' : 'keep',
    email: source?.credentials.email ?? '',
    secret: '',
    webhooks: source?.webhooks?.join('\n') ?? '',
    bodies: source?.bodies.policy ?? 'failures',
    every: String(source?.bodies.every ?? 10),
    budgetShare: String(source?.budgetShare ?? 70),
    keepMonths: source?.keepMonths === undefined ? '' : String(source.keepMonths),
    masking: (source?.masking.enabled ?? true) ? 'on' : 'off',
    maskedHeaders: source?.masking.headers.join('\n') ?? '',
    maskedFields: source?.masking.fields.join('\n') ?? '',
    resend:
      source?.resendSecrets === 'given'
        ? 'keep'
        : source?.resendSecrets === 'read'
          ? 'read'
          : 'none',
    resendSecrets: '',
  };
}

/** What a browser may keep of a form: what was written in it, without secrets. */
export function keptSourceDraft(draft: SourceDraft, base: SourceDraft): Partial<SourceDraft> {
  return Object.fromEntries(
    Object.entries<string>({ ...draft }).filter(
      ([field, text]) =>
        text !== base[field as keyof SourceDraft] &&
        !['secret', 'resendSecrets'].includes(field) &&
        !(field === 'baseUrl' && /[?@]/.test(text)),
    ),
  );
}

/** @throws Error that says what must be written, for a number that is none. */
function whole(label: string, text: string): number {
  if (!/^\d{1,9}$/.test(text.trim())) {
    throw new Error(`${label} must be a whole number, got ${text.trim() || 'nothing'}.`);
  }
  return Number(text);
}

function bodiesOf({ bodies, every }: SourceDraft): SourceBodies {
  return bodies === 'sample'
    ? { policy: bodies, every: whole('Of a sample, one in', every) }
    : { policy: bodies };
}

function credentialsOf({ credentials, email, secret }: SourceDraft): SourceCredentials | undefined {
  if (credentials === 'keep') return undefined;
  return credentials === 'api_token'
    ? { email: email.trim(), apiToken: secret.trim() }
    : { accessToken: secret.trim() };
}

function resendOf({ resend, resendSecrets }: SourceDraft): SourcePatch['resendSecrets'] {
  if (resend === 'keep') return undefined;
  if (resend !== 'given') return resend;
  return Object.fromEntries(
    linesOf(resendSecrets).map((line, index) => {
      const [, id, secret] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
      // The line itself may be a secret.
      if (id === undefined || secret === undefined) {
        throw new Error(
          `Line ${index + 1} of the signing secrets must be the id of a webhook, a space and its secret.`,
        );
      }
      return [id, secret];
    }),
  );
}

/** @throws Error that says what is wrong, in words for the form. */
function patchOf(draft: SourceDraft): SourcePatch {
  const webhooks = linesOf(draft.webhooks);
  const credentials = credentialsOf(draft);
  const resendSecrets = resendOf(draft);
  return {
    name: draft.name.trim(),
    ...(draft.at === 'zendesk'
      ? { subdomain: draft.subdomain.trim() }
      : { baseUrl: draft.baseUrl.trim() }),
    ...(credentials && { credentials }),
    webhooks: webhooks.length === 0 ? null : webhooks,
    bodies: bodiesOf(draft),
    budgetShare: whole('The share of the requests', draft.budgetShare),
    keepMonths:
      draft.keepMonths.trim() === ''
        ? null
        : whole('The months that rows are kept', draft.keepMonths),
    masking: {
      enabled: draft.masking === 'on',
      headers: linesOf(draft.maskedHeaders),
      fields: linesOf(draft.maskedFields),
    },
    ...(resendSecrets !== undefined && { resendSecrets }),
  };
}

/** What the form of a new source asks for. @throws Error that says what is wrong. */
export function sourceInputOf(draft: SourceDraft): SourceInput {
  const { keepMonths, webhooks, ...rest } = patchOf(draft);
  return {
    ...rest,
    ...(keepMonths !== null && { keepMonths }),
    ...(webhooks !== null && { webhooks }),
  } as SourceInput;
}

/**
 * What the form changes of a source that was as `base` says: others may have changed the rest meanwhile.
 *
 * @throws Error that says what is wrong.
 */
export function sourceChangesOf(draft: SourceDraft, base: SourceDraft): SourcePatch {
  const before = patchOf(base);
  return Object.fromEntries(
    Object.entries(patchOf(draft)).filter(
      ([field, value]) =>
        JSON.stringify(value) !== JSON.stringify(before[field as keyof SourcePatch]),
    ),
  );
}
