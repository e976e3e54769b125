import { type Static, type TSchema, Type } from 'typebox';
import { ALERT_KINDS, ALERT_SEVERITIES, WEEKDAYS } from '../../model/alert.ts';
import { CLOSED } from '../schema/closed.ts';
import { nullable } from '../schema/nullable.ts';
import { oneOf } from '../schema/one-of.ts';
import { ref } from '../schema/ref.ts';

/** `HH:MM`. */
const Minute = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });

const QuietHoursView = Type.Object(
  {
    time_zone: Type.String({
      maxLength: 64,
      description: 'An IANA name, such as `Europe/Berlin`.',
    }),
    from: { ...Minute, description: 'The first minute, `HH:MM`.' },
    to: {
      ...Minute,
      description: 'The minute after the last. Not later than `from`: of the next day.',
    },
    days: Type.Array(oneOf(WEEKDAYS), {
      minItems: 1,
      maxItems: 7,
      uniqueItems: true,
      description: 'The days on which they begin.',
    }),
    except_critical: Type.Boolean({ description: 'Critical alerts are sent at once.' }),
  },
  {
    ...CLOSED,
    description:
      'When routes get nothing. At their end they get what is still open. Alerts open and resolve as ever.',
  },
);

const fields = {
  enabled: Type.Boolean({ description: 'Otherwise no alert opens, and open ones resolve.' }),
  severity: oneOf(ALERT_SEVERITIES),
  threshold: Type.Number({ description: 'What the value is compared with, in `unit`.' }),
  minimum: Type.Integer({
    minimum: 1,
    maximum: 1_000_000_000,
    description: 'The least number of settled invocations that a share is computed of.',
  }),
  window_seconds: Type.Integer({ description: 'Over how long the value is counted.' }),
  hold_seconds: Type.Integer({
    minimum: 0,
    maximum: 86_400,
    description: 'How long it must have been bad before an alert opens.',
  }),
  resolve_seconds: Type.Integer({
    minimum: 0,
    maximum: 604_800,
    description: 'How long it must have been good before the alert resolves.',
  }),
};

/** A rule in answers. */
export const AlertRuleView = Type.Object(
  {
    kind: oneOf(ALERT_KINDS),
    description: Type.String({ description: 'What the value is, for people.' }),
    unit: Type.String({ description: 'What value and threshold are in.' }),
    below: Type.Boolean({
      description: 'Whether a value is bad up to the threshold; otherwise from the threshold on.',
    }),
    ...fields,
    minimum: Type.Optional(fields.minimum),
    window_seconds: Type.Optional(fields.window_seconds),
    quiet_hours: nullable(QuietHoursView),
    is_default: Type.Boolean({ description: 'Nothing of it was changed.' }),
  },
  { ...CLOSED, $id: 'AlertRule' },
);

/** All rules. */
export const AlertRuleList = Type.Object(
  { rules: Type.Array(ref(AlertRuleView)) },
  { ...CLOSED, description: 'The rules of all kinds.' },
);

/** One rule. */
export const AlertRuleBody = Type.Object(
  { rule: ref(AlertRuleView) },
  { ...CLOSED, description: 'The rule.' },
);

/** Path parameters of a rule. */
export const AlertRuleParams = Type.Object({
  kind: Type.String({ description: 'The kind of the rule.' }),
});

const patched = <Schema extends TSchema>(schema: Schema & { type: string }) =>
  Type.Optional(nullable(schema));

/** The body of a change. */
export const AlertRulePatch = Type.Object(
  {
    rule: Type.Object(
      {
        enabled: patched(fields.enabled),
        severity: Type.Optional(
          Type.Unsafe<Static<typeof fields.severity> | null>({
            type: ['string', 'null'],
            enum: [...ALERT_SEVERITIES, null],
          }),
        ),
        threshold: patched(fields.threshold),
        minimum: patched(fields.minimum),
        window_seconds: patched(fields.window_seconds),
        hold_seconds: patched(fields.hold_seconds),
        resolve_seconds: patched(fields.resolve_seconds),
        quiet_hours: patched(QuietHoursView),
      },
      {
        ...CLOSED,
        title: 'AlertRulePatch',
        description: 'What is to be changed; null: back to the default.',
      },
    ),
  },
  CLOSED,
);

/** A value that passed the schema of the same name. */
export type AlertRuleView = Static<typeof AlertRuleView>;
/** A value that passed the schema of the same name. */
export type AlertRulePatch = Static<typeof AlertRulePatch>;
