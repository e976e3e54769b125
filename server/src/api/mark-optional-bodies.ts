interface Body {
  required?: boolean;
  readonly content: Readonly<Record<string, { readonly schema: { type?: string | string[] } }>>;
}

/**
 * Marks a request body as optional where its schema accepts null: the server validates a missing
 * body as null.
 */
export function markOptionalBodies<Document extends { paths?: object }>(
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
