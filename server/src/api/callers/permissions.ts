import type { Role } from '../../model/account.ts';

const OPERATE = ['operator'] as const;
const ADMINISTER = ['operator', 'admin'] as const;
const READ = ['operator', 'admin', 'read'] as const;
const ANY = ['operator', 'admin', 'publish', 'read'] as const;
const PUBLISH = ['operator', 'admin', 'publish'] as const;

/**
 * The roles that may call each operation, by `operationId`. A node with a route that is missing
 * here does not start. `docs/access.md` has the same table, and a test keeps them equal.
 */
export const PERMISSIONS: Readonly<Record<string, readonly Role[]>> = {
  showSession: ANY,
  endSession: ANY,
  createSignInCode: ANY,
  listWebhooks: READ,
  createWebhook: ADMINISTER,
  showWebhook: READ,
  updateWebhook: ADMINISTER,
  patchWebhook: ADMINISTER,
  deleteWebhook: ADMINISTER,
  testWebhook: ADMINISTER,
  // The secret allows signing in our name, which is more than reading.
  showSigningSecret: ADMINISTER,
  resetSigningSecret: ADMINISTER,
  showClientCertificate: READ,
  replaceClientCertificate: ADMINISTER,
  removeClientCertificate: ADMINISTER,
  showDeliveryRules: READ,
  replaceDeliveryRules: ADMINISTER,
  showWebhookHealth: READ,
  pauseWebhook: ADMINISTER,
  resumeWebhook: ADMINISTER,
  listInvocations: READ,
  listAllInvocations: READ,
  countInvocations: READ,
  listTrailInvocations: READ,
  showInvocation: READ,
  showInvocationById: READ,
  replayInvocation: ADMINISTER,
  listAttempts: READ,
  revealHeaders: ADMINISTER,
  listTrailAttempts: READ,
  listInvocationAttempts: READ,
  showAttempt: READ,
  listEvents: READ,
  showEvent: READ,
  showEventBody: READ,
  listEventInvocations: READ,
  search: READ,
  followFeed: READ,
  publishEvent: PUBLISH,
  publishEvents: PUBLISH,
  invokeWebhook: PUBLISH,
  showOwnAccount: READ,
  updateOwnAccount: ADMINISTER,
  showKeys: READ,
  replaceKeys: ADMINISTER,
  listTokens: ADMINISTER,
  createToken: ADMINISTER,
  revokeToken: ADMINISTER,
  listViews: READ,
  createView: ADMINISTER,
  showView: READ,
  replaceView: ADMINISTER,
  deleteView: ADMINISTER,
  listAudit: ADMINISTER,
  listAccounts: OPERATE,
  createAccount: OPERATE,
  showAccount: OPERATE,
  patchAccount: OPERATE,
};
