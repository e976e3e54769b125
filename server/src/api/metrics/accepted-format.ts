import type { MetricsFormat } from '../../metrics/render.ts';

interface Range {
  readonly type: string;
  readonly quality: number;
  readonly version: string | undefined;
}

/** Versions that a reader of OpenMetrics may ask for. */
const OPENMETRICS = /^[01]\.0(?:\.[01])?$/;

/**
 * The format that a scrape asks for: OpenMetrics where `Accept` names it and likes it at least as much as
 * text, and text otherwise, as Prometheus expects of a target.
 */
export function acceptedFormat(accept: string | undefined): MetricsFormat {
  const ranges = (accept ?? '').split(',', MOST_RANGES).map(rangeOf);
  const openMetrics = ranges
    .filter(({ type, version }) => type === 'application/openmetrics-text' && isKnown(version))
    .map(({ quality }) => quality);
  const text = ranges
    .filter(({ type }) => type === 'text/plain' || type === 'text/*' || type === '*/*')
    .map(({ quality }) => quality);
  const liked = Math.max(0, ...openMetrics);
  return liked > 0 && liked >= Math.max(0, ...text) ? 'openmetrics' : 'text';
}

/** Prometheus names five. */
const MOST_RANGES = 20;

const isKnown = (version: string | undefined) => version === undefined || OPENMETRICS.test(version);

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const parameterOf = (name: string) =>
    parameters
      .find((parameter) => parameter.toLowerCase().startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replaceAll('"', '');
  const quality = Number(parameterOf('q') ?? 1);
  return {
    type: type.toLowerCase(),
    quality: quality >= 0 && quality <= 1 ? quality : 0,
    version: parameterOf('version'),
  };
}
