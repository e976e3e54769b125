import { readFramed } from '../internal/read-framed.ts';
import { readNothing } from '../internal/read-nothing.ts';
import { readOne } from '../internal/read-one.ts';
import type { Send } from '../internal/send.ts';
import { v1Path } from '../internal/v1-path.ts';
import { webhooksPath } from '../internal/webhooks-path.ts';
import type { ClientCertificate, ClientCertificateInput } from '../models/client-certificate.ts';
import type { DeliveryRules, WebhookDelivery } from '../models/delivery-rules.ts';
import type { InvokePayload, InvokeResult } from '../models/invoke.ts';
import type { PublicKey } from '../models/public-key.ts';
import type { RevealedWebhook } from '../models/revealed-webhook.ts';
import type { RotatedSecret } from '../models/signing-secret.ts';
import type { ReceivedRequest, Verification } from '../models/verification.ts';
import type { PauseState, WebhookHealth } from '../models/webhook-health.ts';
import type { CallOptions } from '../options/call-options.ts';
import type { APIPromise } from '../results/api-promise.ts';
import { clientCertificate, clientCertificateInput } from '../shapes/client-certificate.ts';
import { deliveryRules, webhookDelivery } from '../shapes/delivery-rules.ts';
import { publicKey } from '../shapes/public-key.ts';
import { createdInvocation } from '../shapes/published.ts';
import { revealedWebhook } from '../shapes/revealed-webhook.ts';
import { signingSecret } from '../shapes/signing-secret.ts';
import { receivedRequest, verification } from '../shapes/verification.ts';
import { pauseState, webhookHealth } from '../shapes/webhook-health.ts';
import { type Webhooks, webhooks } from './webhooks.ts';

/** Webhooks, with the operations that only Hooktrail has. */
export interface HooktrailWebhooks extends Webhooks {
  /**
   * Invokes a webhook that is subscribed to `conditional_ticket_events`.
   *
   * @param webhookId - The webhook.
   * @param payload - The body; for `GET`, `DELETE` and `form_encoded` a list of `[name, value]`
   *   pairs. Sent unchanged, keys too.
   * @param options - Apply to this call.
   */
  invoke(
    webhookId: string,
    payload: InvokePayload,
    options?: CallOptions,
  ): APIPromise<InvokeResult>;

  /**
   * Replaces the signing secret of a webhook, and returns the new one.
   *
   * @param webhookId - The webhook.
   * @param options - `graceSeconds`: for how long deliveries carry a Standard Webhooks signature by
   *   the previous secret too; `secret`: the new secret, 16 to 255 printable ASCII characters, if it
   *   is not to be a random one; the rest applies to this call.
   */
  resetSigningSecret(
    webhookId: string,
    options?: CallOptions & {
      readonly graceSeconds?: number | undefined;
      readonly secret?: string | undefined;
    },
  ): APIPromise<RotatedSecret>;

  /**
   * Returns the public key of the `v1a` signatures of a webhook. Throws a {@link NotFoundError} when
   * it has none: the delivery rule `signatures` makes one.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  getPublicKey(webhookId: string, options?: CallOptions): APIPromise<PublicKey>;

  /**
   * Replaces the key pair of the `v1a` signatures of a webhook, and returns the new public key.
   *
   * @param webhookId - The webhook.
   * @param options - `graceSeconds`: for how long the previous key signs too; the rest applies to this
   *   call.
   */
  replacePublicKey(
    webhookId: string,
    options?: CallOptions & { readonly graceSeconds?: number | undefined },
  ): APIPromise<PublicKey>;

  /**
   * Returns the client certificate of a webhook, without its private key. Throws a
   * {@link NotFoundError} when the webhook has none.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  getClientCertificate(webhookId: string, options?: CallOptions): APIPromise<ClientCertificate>;

  /**
   * Sets the client certificate that a webhook presents to its endpoint.
   *
   * @param webhookId - The webhook; its endpoint must have `https`.
   * @param certificate - The certificate and its key; they replace what was set before.
   * @param options - Apply to this call.
   */
  updateClientCertificate(
    webhookId: string,
    certificate: ClientCertificateInput,
    options?: CallOptions,
  ): APIPromise<ClientCertificate>;

  /**
   * Removes the client certificate of a webhook, if it has one.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  deleteClientCertificate(webhookId: string, options?: CallOptions): APIPromise<void>;

  /**
   * Returns the delivery rules of a webhook: its own, and the complete ones that apply.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  getDelivery(webhookId: string, options?: CallOptions): APIPromise<WebhookDelivery>;

  /**
   * Replaces a webhook's own delivery rules.
   *
   * @param webhookId - The webhook.
   * @param rules - The rules; omitted fields fall back to the account's profile.
   * @param options - Apply to this call.
   */
  updateDelivery(
    webhookId: string,
    rules: DeliveryRules,
    options?: CallOptions,
  ): APIPromise<WebhookDelivery>;

  /**
   * Pauses the deliveries of a webhook; published events wait.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  pause(webhookId: string, options?: CallOptions): APIPromise<PauseState>;

  /**
   * Resumes the deliveries of a paused webhook.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  resume(webhookId: string, options?: CallOptions): APIPromise<PauseState>;

  /**
   * Returns the current state of a webhook's deliveries.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  health(webhookId: string, options?: CallOptions): APIPromise<WebhookHealth>;

  /**
   * Says whether a request that somebody received is signed by a webhook, and why not. The server
   * compares, so the caller needs no secret.
   *
   * @param webhookId - The webhook.
   * @param request - The headers and the body, exactly as they arrived.
   * @param options - Apply to this call.
   */
  verify(
    webhookId: string,
    request: ReceivedRequest,
    options?: CallOptions,
  ): APIPromise<Verification>;

  /**
   * Returns what other answers mask of a webhook: the secret of its credentials, and the values of its
   * custom headers. The audit records it.
   *
   * @param webhookId - The webhook.
   * @param options - Apply to this call.
   */
  reveal(webhookId: string, options?: CallOptions): APIPromise<RevealedWebhook>;
}

const readInvocation = readOne('invocation', createdInvocation);
const readSecret = readOne('signing_secret', signingSecret);
const readPublicKey = readFramed(publicKey, { publicKey: 'value' });
const readCertificate = readOne('client_certificate', clientCertificate);
const readDelivery = readFramed(webhookDelivery, { delivery: 'object', effective: 'object' });
const readPauseState = readFramed(pauseState, { paused: 'value' });
const readHealth = readOne('health', webhookHealth);
const readVerification = readOne('verification', verification);
const readRevealed = readOne('webhook', revealedWebhook);

/** Creates the operations on webhooks, Hooktrail's own included. */
export const hooktrailWebhooks = (send: Send): HooktrailWebhooks => ({
  ...webhooks(send),

  invoke: (webhookId, payload, options) =>
    send(
      {
        method: 'POST',
        path: v1Path('webhooks', webhookId, 'invocations'),
        body: { payload },
      },
      (body) => ({ invocation: readInvocation(body) }),
      options,
    ),

  resetSigningSecret: (webhookId, { graceSeconds, secret, ...options } = {}) =>
    send(
      {
        method: 'POST',
        path: webhooksPath(webhookId, 'signing_secret'),
        query: { grace_seconds: graceSeconds },
        ...(secret !== undefined && { body: { signing_secret: { secret } } }),
      },
      readSecret,
      options,
    ),

  getPublicKey: (webhookId, options) =>
    send({ path: v1Path('webhooks', webhookId, 'public_key') }, readPublicKey, options),

  replacePublicKey: (webhookId, { graceSeconds, ...options } = {}) =>
    send(
      {
        method: 'POST',
        path: v1Path('webhooks', webhookId, 'public_key'),
        query: { grace_seconds: graceSeconds },
      },
      readPublicKey,
      options,
    ),

  getClientCertificate: (webhookId, options) =>
    send({ path: v1Path('webhooks', webhookId, 'client_certificate') }, readCertificate, options),

  updateClientCertificate: (webhookId, certificate, options) =>
    send(
      {
        method: 'PUT',
        path: v1Path('webhooks', webhookId, 'client_certificate'),
        body: { client_certificate: clientCertificateInput.encode(certificate) },
      },
      readCertificate,
      options,
    ),

  deleteClientCertificate: (webhookId, options) =>
    send(
      { method: 'DELETE', path: v1Path('webhooks', webhookId, 'client_certificate') },
      readNothing,
      options,
    ),

  getDelivery: (webhookId, options) =>
    send({ path: v1Path('webhooks', webhookId, 'delivery') }, readDelivery, options),

  updateDelivery: (webhookId, rules, options) =>
    send(
      {
        method: 'PUT',
        path: v1Path('webhooks', webhookId, 'delivery'),
        body: { delivery: deliveryRules.encode(rules) },
      },
      readDelivery,
      options,
    ),

  pause: (webhookId, options) =>
    send(
      { method: 'POST', path: v1Path('webhooks', webhookId, 'pause'), idempotent: true },
      readPauseState,
      options,
    ),

  resume: (webhookId, options) =>
    send(
      { method: 'POST', path: v1Path('webhooks', webhookId, 'resume'), idempotent: true },
      readPauseState,
      options,
    ),

  health: (webhookId, options) =>
    send({ path: v1Path('webhooks', webhookId, 'health') }, readHealth, options),

  verify: (webhookId, request, options) =>
    send(
      {
        method: 'POST',
        path: v1Path('webhooks', webhookId, 'verify'),
        body: { request: receivedRequest.encode(request) },
        idempotent: true,
      },
      readVerification,
      options,
    ),

  reveal: (webhookId, options) =>
    send({ method: 'POST', path: v1Path('webhooks', webhookId, 'reveal') }, readRevealed, options),
});
