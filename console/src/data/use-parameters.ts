import { useLocation } from 'preact-iso';

export interface Parameters {
  get(name: string): string;
  /** Changes the URL; an empty value removes its parameter. `replace`: without a step of history. */
  set(values: Readonly<Record<string, string>>, replace?: boolean): void;
}

/** The parameters of the URL, which is the view. */
export function useParameters(): Parameters {
  const { path, query, route } = useLocation();
  return {
    get: (name) => query[name] ?? '',
    set(values, replace = false) {
      const next = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(values)) {
        if (value === '') next.delete(name);
        else next.set(name, value);
      }
      const text = next.toString();
      route(text === '' ? path : `${path}?${text}`, replace);
    },
  };
}
