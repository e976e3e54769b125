interface WithEnvironment {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
}

/** An environment variable; `undefined` when it is not set, or when there is no environment. */
export const environment = (name: string): string | undefined => {
  try {
    return (globalThis as WithEnvironment).process?.env?.[name];
  } catch {
    // Deno throws without permission to read the environment.
    return undefined;
  }
};
