export { ConfigurationError } from './errors/configuration-error.ts';
export {
  SignatureVerificationError,
  type SignatureVerificationReason,
} from './errors/signature-verification-error.ts';
export type { SignedBody } from './signing/signed-body.ts';
export type { SignedHeaders } from './signing/signed-headers.ts';
export {
  type VerifyStandardWebhookInput,
  verifyStandardWebhook,
} from './signing/verify-standard-webhook.ts';
