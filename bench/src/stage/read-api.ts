import { TOKEN } from './token.ts';

/** Reads a path of the API. */
export async function readApi<Body>(url: string, path: string): Promise<Body> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${TOKEN}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Body;
}
