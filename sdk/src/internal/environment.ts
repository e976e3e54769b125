interface WithEnvironment {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
}

/** An environment variable; `undefined` when it is not set, or when there is no environment. */
export const environment = (name: string): string | undefined => {
  try {
    return (globalThis as WithEnvironment).process?.env?.[`ZENDESK_${name}`];
  } catch {
    // Deno throws when reading the environment is not allowed; then nothing is set there for us.
    return undefined;
  }
};
