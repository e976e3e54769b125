import { expect, test } from 'vitest';
import { quietHours } from './quiet-hours.ts';

test('hours, a time zone and days are read; the zone is UTC unless one is given', () => {
  expect(quietHours('22:00-07:00')).toEqual({ from: '22:00', to: '07:00', timeZone: 'UTC' });
  expect(quietHours('22:00-07:00 America/Argentina/Buenos_Aires')).toEqual({
    from: '22:00',
    to: '07:00',
    timeZone: 'America/Argentina/Buenos_Aires',
  });
  expect(quietHours(' 00:00-12:00  Etc/GMT+3  sat,sun ')).toEqual({
    from: '00:00',
    to: '12:00',
    timeZone: 'Etc/GMT+3',
    days: ['sat', 'sun'],
  });
  expect(quietHours('none')).toBe('none');
});

test.each(['', 'night', '22-07', '22:00', '22:00-07:00 Europe/Berlin mon tue', '22:00-07:00 +02'])(
  '"%s" is refused with an example',
  (text) => expect(() => quietHours(text)).toThrow('such as "22:00-07:00 Europe/Berlin'),
);
