import type { AlertKind, AlertSeverity } from './alert.ts';
import type { Open } from './open.ts';

/** Where alerts go. */
export interface AlertRoute {
  /** A ULID. */
  id: string;
  /** For people; no two routes of an account have the same. */
  name: string;
  /** What it leads to. */
  kind: Open<'webhook' | 'slack' | 'email' | 'alertmanager'>;
  /** Whether alerts go there. */
  enabled: boolean;
  /**
   * Of `slack` and `alertmanager`: where alerts are posted. Masked after the host for tokens that may not change it;
   * a password before the host is masked for all.
   */
  url?: string;
  /** Of `email`: who gets them. */
  addresses?: string[];
  /** Of `webhook`: the webhook that is invoked. */
  webhook?: { id: string; name: string };
  /** The kinds of alerts that go there; absent: all. */
  kinds?: AlertKind[];
  /** Nothing less severe goes there. */
  minimumSeverity: AlertSeverity;
  /** When it was created. */
  createdAt: Date;
  /** When it was changed last, or created. */
  changedAt: Date;
  /** When it took a message last; absent: never. */
  lastSentAt?: Date;
  /** Why the last message did not reach it; absent once one did. */
  lastError?: string;
}

/** What to change of a route: omitted fields stay. */
export interface AlertRoutePatch {
  /** Of at most 255 characters. */
  readonly name?: string | undefined;
  /** Default true. */
  readonly enabled?: boolean | undefined;
  /**
   * Of `slack` and `alertmanager`: an http or https URL. That of an Alertmanager may have `user:password@` before the
   * host, and is without `/api/v2/alerts`.
   */
  readonly url?: string | undefined;
  /** Of `alertmanager`: a bearer token, which is never shown; null removes it. */
  readonly bearerToken?: string | null | undefined;
  /** Of `email`: 1 to 20 addresses. */
  readonly addresses?: readonly string[] | undefined;
  /** Of `webhook`: a webhook that sends JSON with POST, PUT or PATCH. */
  readonly webhookId?: string | undefined;
  /** The kinds of alerts that go there; null, the default: all. */
  readonly kinds?: readonly AlertKind[] | null | undefined;
  /** Nothing less severe goes there. Default `warning`. */
  readonly minimumSeverity?: 'warning' | 'critical' | undefined;
}

/** A new route. */
export interface AlertRouteInput extends AlertRoutePatch {
  /** Of at most 255 characters; no two routes of an account have the same. */
  readonly name: string;
  /** What it leads to; it cannot be changed. */
  readonly kind: 'webhook' | 'slack' | 'email' | 'alertmanager';
  /** Of `alertmanager`: a bearer token, which is never shown. */
  readonly bearerToken?: string | undefined;
}

/** What became of the test of a route. */
export interface AlertTest {
  /** Whether the receiver took it. */
  sent: boolean;
  /** The status of its answer, or the reply code of a mail server. */
  status?: number;
  /** Why it was not sent. */
  error?: string;
  /** Of `webhook`: the invocation that carries it. */
  invocationId?: string;
}
