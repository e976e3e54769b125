/**
 * Sent with every answer, errors too. Answers may hold secrets and are true for a moment only, so
 * nothing on the way keeps them; and no browser takes JSON for a page.
 */
export const ANSWER_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;
