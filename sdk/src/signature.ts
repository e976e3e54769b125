export { ConfigurationError } from './errors/configuration-error.ts';
export {
  SignatureVerificationError,
  type SignatureVerificationReason,
} from './errors/signature-verification-error.ts';
export { createSigner } from './signing/create-signer.ts';
export { type SignPayloadInput, signPayload } from './signing/sign-payload.ts';
export type { SignedBody } from './signing/signed-body.ts';
export type { SignedHeaders } from './signing/signed-headers.ts';
export { type VerifySignatureInput, verifySignature } from './signing/verify-signature.ts';
