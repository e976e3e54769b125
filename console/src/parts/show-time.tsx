import { formatTime } from '../model/format-time.ts';

/** How a time is shown. */
export interface Shown {
  readonly utc: boolean;
  readonly form: 'short' | 'long';
  /** Whether the whole of it is there on hover. */
  readonly hasTitle: boolean;
}

/** The element of a time. A function and no component: a list has hundreds of them. */
export const showTime = (at: Date, { utc, form, hasTitle }: Shown) => (
  <time
    class="nowrap"
    dateTime={at.toISOString()}
    title={
      hasTitle
        ? `${formatTime(at, true, 'long')}\n${formatTime(at, false, 'long')} (local)`
        : undefined
    }
  >
    {formatTime(at, utc, form)}
  </time>
);
