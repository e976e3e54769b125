const WORDS: Readonly<Record<string, string>> = {
  outage: 'nothing was read for longer than the service keeps its log',
  'log erased': 'the service does not list any more what it listed',
  'webhook gone': 'the webhook was deleted before its log was read',
};

/** Why a span of an archive is unknown, in words. */
export const gapWords = (reason: string): string => WORDS[reason] ?? reason;
