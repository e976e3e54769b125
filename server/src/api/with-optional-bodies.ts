interface Body {
  required?: boolean;
  readonly content: Readonly<Record<string, { readonly schema: { type?: string | string[] } }>>;
}

/** A body that may be null may be left out: that is how a missing body reaches a check. */
export function withOptionalBodies<Document extends { paths?: object }>(
  document: Document,
): Document {
  for (const methods of Object.values(document.paths ?? {})) {
    for (const { requestBody } of Object.values(
      methods as Record<string, { requestBody?: Body }>,
    )) {
      for (const { schema } of Object.values(requestBody?.content ?? {})) {
        if (requestBody === undefined || !Array.isArray(schema.type)) continue;
        requestBody.required = false;
        schema.type = 'object';
      }
    }
  }
  return document;
}
