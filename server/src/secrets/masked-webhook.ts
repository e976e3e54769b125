import type { Webhook } from '../model/webhook.ts';
import { MASK } from './mask.ts';
import { maskedUrl } from './masked-url.ts';
import type { WEBHOOK_SECRECY } from './webhook-secrecy.ts';

type Fields = typeof WEBHOOK_SECRECY;
type Guarded = {
  [Field in keyof Fields]: Fields[Field] extends 'guarded' ? Field : never;
}[keyof Fields];
type Guardable = Pick<Webhook, Guarded>;

/** The mask of each guarded field. It has the form of the value, so that typed clients can read it. */
const MASKS: { readonly [Field in Guarded]: (value: Webhook[Field]) => Webhook[Field] } = {
  endpoint: maskedUrl,
  customHeaders: (headers) =>
    headers && Object.fromEntries(Object.keys(headers).map((name) => [name, MASK])),
  externalSource: (source) => (source === undefined ? undefined : { type: MASK }),
};

/** A webhook for those who may read but not change it: guarded fields are masked. */
export function maskedWebhook<Shown extends Guardable>(webhook: Shown): Shown {
  return {
    ...webhook,
    endpoint: MASKS.endpoint(webhook.endpoint),
    customHeaders: MASKS.customHeaders(webhook.customHeaders),
    externalSource: MASKS.externalSource(webhook.externalSource),
  };
}
