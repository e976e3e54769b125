import type { AlertKind, AlertSeverity } from '../../model/alert.ts';
import type { AlertTarget } from '../../model/alert-target.ts';

/** What people choose of a route. */
export interface RouteValues {
  readonly name: string;
  readonly enabled: boolean;
  readonly target: AlertTarget;
  /** The kinds of alerts that go there; undefined: all. */
  readonly kinds: readonly AlertKind[] | undefined;
  readonly minimumSeverity: AlertSeverity;
}

/** A route of alerts. Immutable. */
export interface AlertRoute extends RouteValues {
  readonly id: string;
  readonly accountId: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly lastSentAt: Date | undefined;
  /** Why the last message did not reach it; undefined once one did. */
  readonly lastError: string | undefined;
}
