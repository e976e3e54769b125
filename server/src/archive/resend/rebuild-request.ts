import type { Refusal } from '../../jobs/replay/skip-reason.ts';
import { headerRule } from '../../model/header-rule.ts';
import { parseUrl } from '../../model/parse-url.ts';
import type { HttpMethod, RequestFormat, Target } from '../../model/webhook.ts';
import type { HeaderBox } from '../../secrets/header-box.ts';
import { MASK } from '../../secrets/mask.ts';
import type { ArchivedRequestRow } from '../../sql/read-archived-requests.ts';
import type { ResendWebhookRow } from '../../sql/read-resend-webhooks.ts';

interface Recorded
  extends Pick<ArchivedRequestRow, 'method' | 'url' | 'request_headers'>,
    Pick<ResendWebhookRow, 'endpoint' | 'http_method' | 'request_format' | 'remote_id'> {
  readonly body: string;
  readonly secret: string;
}

/** A request as it was made, as far as it is on the record. */
export interface RebuiltRequest {
  readonly target: Target;
  readonly payload: string;
  /** What the receiver was told: the account of the service, and its webhook. */
  readonly accountId: string | undefined;
  readonly webhookId: string;
  readonly standardWebhooks: boolean;
  /** Names of headers that were sent and are not sent again, because their values are masked. */
  readonly leftOut: readonly string[];
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const FORMATS: readonly string[] = ['json', 'xml', 'form_encoded'];

/** What the connection, not the webhook, decides. */
const OF_CONNECTIONS = ['accept-encoding', 'content-encoding', 'user-agent'];

/** A name and a value that may be sent as they are (RFC 9110, 5.5 and 5.6.2). */
const NAME = /^[\w!#$%&'*+.^`|~-]{1,256}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A payload that was the query of a URL (RFC 3986, 3.4). */
const QUERY = /^[\w\-.~!$&'()*+,;=:@/?%]*$/;

/**
 * Rebuilds the request of an archived invocation to its own endpoint: method, URL, body, content type and custom
 * headers as they are on the record. Ids, timestamp and signatures are made again; credentials are masked in
 * the record, so they are left out, as is everything that the connection decides.
 */
export function rebuildRequest(recorded: Recorded, box: HeaderBox): RebuiltRequest | Refusal {
  const method = recorded.method ?? recorded.http_method;
  if (method === null || !METHODS.includes(method)) return 'cannot be rebuilt';
  const isBodiless = method === 'GET' || method === 'DELETE';
  const url = urlOf(recorded);
  if (url === undefined) return 'cannot be rebuilt';
  if (url.endpoint === undefined) return 'url masked';
  // The URL of the request has its payload already.
  const payload = isBodiless && url.isWhole ? '' : recorded.body;
  if (isBodiless && !QUERY.test(payload)) return 'cannot be rebuilt';
  const headers = headersOf(recorded.request_headers, box);
  const format = recorded.request_format;
  return {
    target: {
      endpoint: url.endpoint,
      httpMethod: method as HttpMethod,
      requestFormat: (FORMATS.includes(format ?? '') ? format : 'json') as RequestFormat,
      authentication: undefined,
      customHeaders: Object.fromEntries(headers.sent),
      clientCertificate: undefined,
      signingSecret: recorded.secret,
      previousSecret: undefined,
      signingKeys: undefined,
    },
    payload,
    accountId: headers.ours.get('x-zendesk-account-id'),
    webhookId: headers.ours.get('x-zendesk-webhook-id') ?? recorded.remote_id,
    standardWebhooks: headers.ours.has('webhook-signature'),
    leftOut: headers.leftOut,
  };
}

/** The URL as it was sent, or else of the webhook; without an endpoint where its query is masked. */
function urlOf({ endpoint, url }: Recorded) {
  const sent = url ?? endpoint;
  if (sent === null || !isUrl(sent)) return undefined;
  if (!sent.includes(MASK)) return { endpoint: sent, isWhole: url !== null };
  // The mirror knows the query if its masking was switched off since.
  const isSame = endpoint !== null && !endpoint.includes(MASK) && base(endpoint) === base(sent);
  return { endpoint: isSame && isUrl(endpoint) ? endpoint : undefined, isWhole: false };
}

const base = (url: string) => url.split('?', 1)[0];

function isUrl(text: string): boolean {
  return /^https?:$/.test(parseUrl(text)?.protocol ?? '');
}

function headersOf(text: string | null, box: HeaderBox) {
  const list = text === null ? [] : (JSON.parse(text) as readonly string[]);
  const sent = new Map<string, string>();
  const ours = new Map<string, string>();
  const leftOut: string[] = [];
  for (let index = 0; index + 1 < list.length; index += 2) {
    const [name, logged] = [list[index] as string, list[index + 1] as string];
    const lower = name.toLowerCase();
    const value = box.isSealed(logged) ? box.open(logged) : logged;
    const isMasked = value === undefined || value.includes(MASK);
    if (headerRule(name) === 'ours') {
      // Signatures are masked, as credentials are; that there was one is enough.
      ours.set(lower, isMasked ? '' : value);
    } else if (!OF_CONNECTIONS.includes(lower)) {
      const isSendable = !isMasked && NAME.test(name) && VALUE.test(value);
      if (isSendable) sent.set(name, value);
      else leftOut.push(name);
    }
  }
  return { sent, ours: withoutEmpty(ours), leftOut };
}

/** Ids that are masked or empty are not known; a signature is made again anyway. */
function withoutEmpty(ours: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...ours].filter(([name, value]) => value !== '' || name === 'webhook-signature'));
}
