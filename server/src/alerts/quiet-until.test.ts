import { describe, expect, it } from 'vitest';
import { type QuietHours, WEEKDAYS } from '../model/alert.ts';
import { quietUntil } from './quiet-until.ts';

const NIGHT: QuietHours = {
  timeZone: 'Europe/Berlin',
  from: '22:00',
  to: '07:00',
  days: [...WEEKDAYS],
  exceptCritical: true,
};
const until = (quietHours: QuietHours | undefined, at: string, critical = false): string =>
  new Date(
    quietUntil({ quietHours }, critical ? 'critical' : 'warning', Date.parse(at)),
  ).toISOString();

describe('quiet hours', () => {
  it.each([
    ['before them', '2026-01-15T20:59:59.999Z', '2026-01-15T20:59:59.999Z'],
    ['at their beginning', '2026-01-15T21:00:00.000Z', '2026-01-16T06:00:00.000Z'],
    ['before midnight', '2026-01-15T22:30:00.500Z', '2026-01-16T06:00:00.000Z'],
    ['after midnight', '2026-01-16T03:00:00.000Z', '2026-01-16T06:00:00.000Z'],
    ['at their end', '2026-01-16T06:00:00.000Z', '2026-01-16T06:00:00.000Z'],
    // Clocks go forward at 01:00 UTC on 29 March: 07:00 is at 05:00 UTC.
    ['when the clock goes forward', '2026-03-28T22:00:00.000Z', '2026-03-29T05:00:00.000Z'],
    // And back at 01:00 UTC on 25 October.
    ['when the clock goes back', '2026-10-24T21:00:00.000Z', '2026-10-25T06:00:00.000Z'],
  ])('%s', (_, at, end) => {
    expect(until(NIGHT, at)).toBe(end);
  });

  it('do not concern critical alerts where the rule says so', () => {
    const at = '2026-01-15T23:00:00.000Z';
    expect(until(NIGHT, at, true)).toBe(at);
    expect(until({ ...NIGHT, exceptCritical: false }, at, true)).toBe('2026-01-16T06:00:00.000Z');
    expect(until(undefined, at)).toBe(at);
  });

  it('are of the days on which they begin', () => {
    // 16 January 2026 is a Friday.
    const friday: QuietHours = { ...NIGHT, days: ['fri'] };
    expect(until(friday, '2026-01-16T23:00:00Z')).toBe('2026-01-17T06:00:00.000Z');
    expect(until(friday, '2026-01-17T03:00:00Z')).toBe('2026-01-17T06:00:00.000Z');
    expect(until(friday, '2026-01-16T03:00:00Z')).toBe('2026-01-16T03:00:00.000Z');
    expect(until(friday, '2026-01-17T23:00:00Z')).toBe('2026-01-17T23:00:00.000Z');
  });

  it('of a day follow one another, and end after eight days where they never do', () => {
    const day = { ...NIGHT, from: '00:00', to: '00:00' };
    expect(until({ ...day, days: ['sat', 'sun'] }, '2026-01-17T12:00:00Z')).toBe(
      '2026-01-18T23:00:00.000Z',
    );
    const never = Date.parse(until(day, '2026-01-17T12:00:00Z'));
    expect(never - Date.parse('2026-01-17T12:00:00Z')).toBeLessThan(10 * 86_400_000);
  });

  it('are in UTC where this node does not know the time zone', () => {
    expect(until({ ...NIGHT, timeZone: 'Mars/Olympus' }, '2026-01-15T23:00:00Z')).toBe(
      '2026-01-16T07:00:00.000Z',
    );
  });

  it('end after a gap where their end is skipped', () => {
    // In New York, 02:00 to 03:00 does not exist on 8 March 2026: it is 07:00 UTC.
    const skipped = { ...NIGHT, timeZone: 'America/New_York', to: '02:30' };
    const end = Date.parse(until(skipped, '2026-03-08T06:00:00Z'));
    expect(end).toBeGreaterThanOrEqual(Date.parse('2026-03-08T07:00:00Z'));
    expect(end).toBeLessThanOrEqual(Date.parse('2026-03-08T07:30:00Z'));
  });
});
