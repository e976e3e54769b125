import type { Open } from './open.ts';

/** A change in the audit trail. */
export interface AuditEntry {
  /** A ULID. */
  id: string;
  /** When it was made. */
  createdAt: Date;
  /**
   * The operation, such as `patchWebhook`; `deactivateWebhook` where an endpoint answered 410 and
   * Hooktrail switched its webhook off.
   */
  operation: string;
  /** A token of this account, an operator of another account, or Hooktrail itself. */
  by: Open<'token' | 'operator' | 'hooktrail'>;
  /**
   * The token that made it. Absent where Hooktrail made it; where an operator of another account
   * did, only operators see it.
   */
  tokenId?: string;
  /** The HTTP method of the request; present like `tokenId`. */
  method?: string;
  /** The `x-request-id` of the request; present like `tokenId`. */
  requestId?: string;
  /** The address that the request came from; present like `tokenId`. */
  address?: string;
  /** The thing that was changed. */
  target: AuditTarget;
  /** The changed fields. */
  changes: AuditChange[];
}

/** The thing that a change was made to. */
export interface AuditTarget {
  /** Its kind. */
  type: Open<
    | 'account'
    | 'alert'
    | 'alert_mute'
    | 'alert_route'
    | 'alert_rule'
    | 'inbox'
    | 'invocation'
    | 'job'
    | 'source'
    | 'token'
    | 'view'
    | 'webhook'
  >;
  /** Its id. */
  id: string;
}

/** One changed field. A secret field has neither `from` nor `to`; long values are shortened. */
export interface AuditChange {
  /** The name of the field on the wire, such as `http_method`. */
  field: string;
  /** The value before, as on the wire; absent where there was none. */
  from?: unknown;
  /** The value after, as on the wire; absent where there is none. */
  to?: unknown;
}
