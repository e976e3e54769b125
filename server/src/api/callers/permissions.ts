import type { Role } from '../../model/account.ts';

const OPERATE = ['operator'] as const;
const ADMINISTER = ['operator', 'admin'] as const;
const READ = ['operator', 'admin', 'read'] as const;
const PUBLISH = ['operator', 'admin', 'publish'] as const;

/**
 * Which roles may call which operation, by `operationId`. A route that is not in this table cannot be
 * added: the node does not start. `docs/access.md` has the same table, and a test keeps them equal.
 */
export const PERMISSIONS: Readonly<Record<string, readonly Role[]>> = {
  listWebhooks: READ,
  createWebhook: ADMINISTER,
  showWebhook: READ,
  updateWebhook: ADMINISTER,
  patchWebhook: ADMINISTER,
  deleteWebhook: ADMINISTER,
  testWebhook: ADMINISTER,
  // Who has the secret can sign in our name: that is more than reading.
  showSigningSecret: ADMINISTER,
  resetSigningSecret: ADMINISTER,
  showDeliveryRules: READ,
  replaceDeliveryRules: ADMINISTER,
  showWebhookHealth: READ,
  pauseWebhook: ADMINISTER,
  resumeWebhook: ADMINISTER,
  listInvocations: READ,
  showInvocation: READ,
  replayInvocation: ADMINISTER,
  listAttempts: READ,
  publishEvent: PUBLISH,
  publishEvents: PUBLISH,
  invokeWebhook: PUBLISH,
  showOwnAccount: READ,
  updateOwnAccount: ADMINISTER,
  listTokens: ADMINISTER,
  createToken: ADMINISTER,
  revokeToken: ADMINISTER,
  listAudit: ADMINISTER,
  listAccounts: OPERATE,
  createAccount: OPERATE,
  showAccount: OPERATE,
  patchAccount: OPERATE,
};

/** @throws Error when the operation has no roles: a route that nobody thought about. */
export function rolesOf(operationId: string | undefined): ReadonlySet<Role> {
  const roles = PERMISSIONS[operationId ?? ''];
  if (roles === undefined) throw new Error(`${operationId} is not in the table of permissions`);
  return new Set(roles);
}
