interface Body {
  required?: boolean;
  readonly content: Readonly<Record<string, { readonly schema: { type?: string | string[] } }>>;
}

/**
 * Marks a body whose schema accepts null as optional in the document. The server reads a missing body
 * as null, so a nullable schema is how a route accepts none.
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
