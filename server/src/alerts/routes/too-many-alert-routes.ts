import { MOST_ALERT_ROUTES } from '../../model/alert.ts';

/** The account already has `MOST_ALERT_ROUTES` routes of alerts: 409. */
export class TooManyAlertRoutes extends Error {
  override readonly name = 'TooManyAlertRoutes';

  constructor() {
    super(
      `this account already has ${MOST_ALERT_ROUTES} alert routes, the maximum: delete unused ones first`,
    );
  }
}
