import { MOST_ALERT_MUTES } from '../model/alert.ts';

/** The account already has `MOST_ALERT_MUTES` mutes: 409. */
export class TooManyAlertMutes extends Error {
  override readonly name = 'TooManyAlertMutes';

  constructor() {
    super(
      `this account already has ${MOST_ALERT_MUTES.toLocaleString('en-US')} mutes of alerts, the maximum: delete unused ones first`,
    );
  }
}
