import type { HeaderList } from '../../http-client/header-list.ts';
import type { HttpRequest } from '../../http-client/http-request.ts';
import type { Target } from '../../model/webhook.ts';
import { createSigner } from './create-signer.ts';
import type { Delivery } from './delivery.ts';
import { isCredentialHeader } from './is-credential-header.ts';
import { standardHeaders } from './standard-headers.ts';

/** A request that is ready to be sent. */
export interface OutboundRequest extends HttpRequest {
  /** The headers as the trail keeps them: without credentials. */
  readonly loggedHeaders: HeaderList;
  /** The URL as the trail keeps it: with a key in the query masked. */
  readonly loggedUrl: string;
}

/** The parts that are the same in every request to a target. */
interface Preparation {
  readonly origin: string;
  readonly path: string;
  readonly loggedPath: string;
  readonly headers: HeaderList;
  readonly loggedHeaders: HeaderList;
  readonly sign: (timestamp: string, body: Uint8Array) => string;
}

const CONTENT_TYPES = {
  json: 'application/json',
  xml: 'application/xml',
  form_encoded: 'application/x-www-form-urlencoded',
} as const;

const MASK = '********';

const NOTHING = Buffer.alloc(0);

// A changed webhook is a new object, so it never uses what was prepared for the old one.
const preparations = new WeakMap<Target, Preparation>();

/** Composes a request: headers, credentials, signature (spec/contract.md, "The outbound request"). */
export function composeRequest(delivery: Delivery): OutboundRequest {
  const { target, payload } = delivery;
  let prepared = preparations.get(target);
  if (prepared === undefined) {
    prepared = prepare(target);
    preparations.set(target, prepared);
  }
  const bodiless = target.httpMethod === 'GET' || target.httpMethod === 'DELETE';
  const body = bodiless ? NOTHING : Buffer.from(payload);
  const timestamp = `${new Date(delivery.nowMs).toISOString().slice(0, 19)}Z`;
  const own = [
    'X-Zendesk-Account-Id',
    String(delivery.accountId),
    'X-Zendesk-Webhook-Id',
    delivery.webhookId,
    'X-Zendesk-Webhook-Invocation-Id',
    delivery.invocationId,
    'X-Zendesk-Webhook-Signature-Timestamp',
    timestamp,
    'X-Zendesk-Webhook-Signature',
    prepared.sign(timestamp, body),
  ];
  if (delivery.standardWebhooks) {
    own.push(...standardHeaders(target, delivery.invocationId, delivery.nowMs, body));
  }
  return {
    origin: prepared.origin,
    path: bodiless ? withQuery(prepared.path, payload) : prepared.path,
    method: target.httpMethod,
    headers: [...prepared.headers, ...own],
    loggedHeaders: [...prepared.loggedHeaders, ...own],
    loggedUrl:
      prepared.origin + (bodiless ? withQuery(prepared.loggedPath, payload) : prepared.loggedPath),
    body: bodiless ? undefined : body,
  };
}

function prepare(target: Target): Preparation {
  const { authentication } = target;
  const url = new URL(target.endpoint);
  const custom = Object.entries(target.customHeaders ?? {});
  const given = new Set(custom.map(([name]) => name.toLowerCase()));
  let path = url.pathname + url.search;
  let loggedPath = path;
  let keyHeader: string | undefined;

  const pairs: [string, string][] = [];
  if (!given.has('content-type')) pairs.push(['Content-Type', CONTENT_TYPES[target.requestFormat]]);
  if (!given.has('user-agent')) pairs.push(['User-Agent', 'Hooktrail']);
  pairs.push(...custom);
  switch (authentication?.type) {
    case 'basic_auth': {
      const { username, password } = authentication.data;
      const credentials = Buffer.from(`${username}:${password}`).toString('base64');
      pairs.push(['Authorization', `Basic ${credentials}`]);
      break;
    }
    case 'bearer_token':
      pairs.push(['Authorization', `Bearer ${authentication.data.token}`]);
      break;
    case 'api_key': {
      const { name, value } = authentication.data;
      if (authentication.addPosition === 'query_string') {
        path = withQuery(path, new URLSearchParams([[name, value]]).toString());
        const shown = new URLSearchParams([[name, '']]).toString() + MASK;
        loggedPath = withQuery(loggedPath, shown);
      } else {
        keyHeader = name;
        pairs.push([name, value]);
      }
      break;
    }
    case undefined:
      break;
  }
  return {
    origin: url.origin,
    path,
    loggedPath,
    headers: pairs.flat(),
    loggedHeaders: pairs.flatMap(([name, value]) => [
      name,
      name === keyHeader || isCredentialHeader(name) ? masked(value) : value,
    ]),
    sign: createSigner(target.signingSecret),
  };
}

/** Keeps the scheme of a credential: it is not secret and helps to spot a wrong one. */
function masked(value: string): string {
  const scheme = /^(Basic|Bearer) /.exec(value)?.[0] ?? '';
  return scheme + MASK;
}

function withQuery(path: string, query: string): string {
  if (query === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}
