import { createHash } from 'node:crypto';
import type { TlsIdentity } from '../../addresses/tls-identity.ts';
import type { HeaderList } from '../../http-client/header-list.ts';
import type { HttpRequest } from '../../http-client/http-request.ts';
import { SECOND_MS } from '../../model/time-units.ts';
import { traceHeaders } from '../../model/trace-headers.ts';
import type { Target } from '../../model/webhook.ts';
import { MASK } from '../../secrets/mask.ts';
import { maskedCredential } from '../../secrets/masked-credential.ts';
import { CLOUD_EVENT_TYPE, cloudAttributes, cloudHeaders, envelopeOf } from './cloud-event.ts';
import { createSigner } from './create-signer.ts';
import type { Delivery } from './delivery.ts';
import { eachOnce, type HeaderPair } from './each-once.ts';
import { endpointPath } from './endpoint-path.ts';
import { pathRefusal } from './path-refusal.ts';
import { resendHeaders } from './resend-headers.ts';
import { standardHeaders } from './standard-headers.ts';
import { withQuery } from './with-query.ts';

/** A request that is ready to be sent. */
export interface OutboundRequest extends HttpRequest {
  /** The headers as the trail keeps them: credentials masked, custom headers sealed. */
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
  /** Whether the lists begin with a Content-Type of ours, which is for requests with a body. */
  readonly typed: boolean;
  /** Whether the webhook has headers of traces of its own, which leave no place for ours. */
  readonly hasOwnTrace: boolean;
  readonly identity: TlsIdentity | undefined;
  readonly sign: (timestamp: string, body: Uint8Array) => string;
}

/** With a charset: receivers by the rule of Java's servlets read Latin-1 without it. */
const CONTENT_TYPES = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
  form_encoded: 'application/x-www-form-urlencoded; charset=utf-8',
} as const;

/** The CloudEvents type of a test request, unless its payload is an event. */
const TEST_TYPE = 'hooktrail.test';

const NOTHING = Buffer.alloc(0);

// A changed webhook is a new object, so it never uses what was prepared for the old one.
const preparations = new WeakMap<Target, Preparation>();

/**
 * Composes a request: headers, credentials, signature (spec/contract.md, "The outbound request").
 * `seal` seals the value of a custom header for the trail: once for each version of a target.
 */
export function composeRequest(
  delivery: Delivery,
  seal: (value: string) => string,
): OutboundRequest {
  const { target, payload } = delivery;
  let prepared = preparations.get(target);
  if (prepared === undefined) {
    prepared = prepare(target, seal);
    preparations.set(target, prepared);
  }
  const bodiless = target.httpMethod === 'GET' || target.httpMethod === 'DELETE';
  const cloud = bodiless ? undefined : cloudEventOf(delivery);
  const body = bodiless ? NOTHING : Buffer.from(cloud?.body ?? payload);
  const path = bodiless ? withQuery(prepared.path, payload) : prepared.path;
  const refusal = pathRefusal(path);
  if (refusal !== undefined) throw new Error(refusal);
  const timestamp = timestampOf(delivery.nowMs);
  const accountId =
    delivery.remoteAccount === undefined ? String(delivery.accountId) : delivery.remoteAccount.id;
  const own = [
    ...(cloud?.headers ?? []),
    ...(accountId === undefined ? [] : ['X-Zendesk-Account-Id', accountId]),
    'X-Zendesk-Webhook-Id',
    delivery.webhookId,
    'X-Zendesk-Webhook-Invocation-Id',
    delivery.invocationId,
    'X-Zendesk-Webhook-Signature-Timestamp',
    timestamp,
    'X-Zendesk-Webhook-Signature',
    prepared.sign(timestamp, body),
  ];
  if (delivery.jobId !== undefined) own.push('X-Hooktrail-Job', delivery.jobId);
  if (delivery.standardWebhooks) {
    const { invocationId, nowMs, signatures } = delivery;
    own.push(...standardHeaders(target, invocationId, nowMs, body, signatures));
  }
  if (delivery.resendId !== undefined) {
    own.push(...resendHeaders(delivery, delivery.resendId, timestamp, body, prepared.sign));
  }
  if (!prepared.hasOwnTrace) own.push(...toldTrace(delivery));
  const { headers, loggedHeaders } = headersOf(prepared, body, cloud);
  return {
    origin: prepared.origin,
    path,
    method: target.httpMethod,
    headers: [...headers, ...own],
    loggedHeaders: [...loggedHeaders, ...own],
    loggedUrl:
      prepared.origin + (bodiless ? withQuery(prepared.loggedPath, payload) : prepared.loggedPath),
    body: bodiless ? undefined : body,
    accountId: delivery.accountId,
    owner: delivery.webhookId,
    identity: prepared.identity,
    newConnection: delivery.newConnection ?? false,
    ...(delivery.mayBegin !== undefined && { mayBegin: delivery.mayBegin }),
  };
}

let lastSecond = 0;
let lastTimestamp = '1970-01-01T00:00:00Z';

/** The time to the second, in which many requests are sent. */
function timestampOf(timeMs: number): string {
  const second = Math.floor(timeMs / SECOND_MS);
  if (second !== lastSecond) {
    lastTimestamp = `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastTimestamp;
}

const NO_HEADERS: HeaderList = [];

function toldTrace({ propagateTrace, traceContext, traceHeaders: given }: Delivery): HeaderList {
  if (given !== undefined) return given;
  if (traceContext === undefined || propagateTrace !== 'pass') return NO_HEADERS;
  return traceHeaders(traceContext);
}

function prepare(target: Target, seal: (value: string) => string): Preparation {
  const { authentication } = target;
  const path = endpointPath(target);
  let loggedPath = path;
  const credentials: HeaderPair[] = [];
  switch (authentication?.type) {
    case 'basic_auth': {
      const { username, password } = authentication.data;
      const encoded = Buffer.from(`${username}:${password}`).toString('base64');
      credentials.push(['Authorization', `Basic ${encoded}`]);
      break;
    }
    case 'bearer_token':
      credentials.push(['Authorization', `Bearer ${authentication.data.token}`]);
      break;
    case 'api_key': {
      const { name, value } = authentication.data;
      if (authentication.addPosition === 'query_string') {
        const { endpoint } = target;
        const shown = new URLSearchParams([[name, '']]).toString() + MASK;
        loggedPath = withQuery(endpointPath({ endpoint, authentication: undefined }), shown);
      } else {
        credentials.push([name, value]);
      }
      break;
    }
    case undefined:
      break;
  }
  const sent = eachOnce({
    defaults: [
      ['Content-Type', CONTENT_TYPES[target.requestFormat]],
      ['User-Agent', 'Hooktrail'],
      ['Accept', '*/*'],
    ],
    custom: Object.entries(target.customHeaders ?? {}),
    credentials,
  });
  const logged = [
    ...sent.defaults,
    ...sent.custom.map(([name, value]) => [name, seal(value)]),
    ...sent.credentials.map(([name, value]) => [name, maskedCredential(value)]),
  ];
  return {
    origin: new URL(target.endpoint).origin,
    path,
    loggedPath,
    hasOwnTrace: [...sent.custom, ...sent.credentials].some(([name]) =>
      /^trace(?:parent|state)$/i.test(name),
    ),
    typed: sent.defaults[0]?.[0] === 'Content-Type',
    headers: [...sent.defaults, ...sent.custom, ...sent.credentials].flat(),
    loggedHeaders: logged.flat(),
    identity: identityOf(target),
    sign: createSigner(target.signingSecret),
  };
}

function identityOf({ clientCertificate }: Target): TlsIdentity | undefined {
  if (clientCertificate === undefined) return undefined;
  const { certificate, privateKey } = clientCertificate;
  const id = createHash('sha256').update(certificate).update(privateKey).digest('base64');
  return { id, certificate, privateKey };
}

/** The CloudEvent of a delivery: its headers, and its body in structured mode. */
interface CloudEvent {
  readonly headers: HeaderList;
  readonly body: string | undefined;
}

function cloudEventOf(delivery: Delivery): CloudEvent | undefined {
  const { accountId, cloudEvents: rules, invocationId: id, nowMs, payload } = delivery;
  if (rules === null || rules === undefined) return undefined;
  const origin = delivery.origin === undefined ? [] : ['WebHook-Request-Origin', delivery.origin];
  if (delivery.isEnveloped) return { headers: origin, body: payload };
  const { event = { id, type: TEST_TYPE, atMs: nowMs } } = delivery;
  const source = rules.source ?? `/hooktrail/accounts/${accountId}`;
  const attributes = cloudAttributes(source, event, payload);
  const headers = [...cloudHeaders(attributes), ...origin];
  if (rules.mode === 'binary') return { headers, body: undefined };
  const { head, tail } = envelopeOf(attributes, payload === '');
  return { headers, body: head + payload + tail };
}

function headersOf(
  prepared: Preparation,
  body: Uint8Array,
  cloud: CloudEvent | undefined,
): Pick<Preparation, 'headers' | 'loggedHeaders'> {
  if (prepared.typed && body.length === 0) return withoutType(prepared);
  if (cloud === undefined) return prepared;
  const change = (headers: HeaderList): HeaderList => {
    // No webhook is saved with headers of its own of these names, but a test may bring them along.
    const taken = cloud.body === undefined ? /^ce[-_]/i : /^(?:ce[-_]|content-type$)/i;
    const others = headers.filter((_, at) => !taken.test(headers[at - (at % 2)] as string));
    return cloud.body === undefined ? others : ['Content-Type', CLOUD_EVENT_TYPE, ...others];
  };
  return {
    headers: change(prepared.headers),
    loggedHeaders: change(prepared.loggedHeaders),
  };
}

/** Receivers refuse a Content-Type without a body: Fastify answers 400, and 415 to unknown ones. */
function withoutType({ headers, loggedHeaders }: Preparation) {
  return { headers: headers.slice(2), loggedHeaders: loggedHeaders.slice(2) };
}
