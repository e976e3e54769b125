import type { TSchema } from 'typebox';

type Rules = TSchema & {
  type?: string | string[];
  enum?: readonly (string | null)[];
  const?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  maxProperties?: number;
};

function range(unit: string, from: number | undefined, to: number | undefined): string {
  if (from !== undefined && to !== undefined) return ` of ${from} to ${to} ${unit}`;
  if (to !== undefined) return ` of at most ${to} ${unit}`;
  if (from !== undefined) return ` of at least ${from} ${unit}`;
  return '';
}

function describeType(schema: Rules, type: string | undefined): string {
  switch (type) {
    case 'integer': {
      const steps = schema.multipleOf === undefined ? '' : ` in steps of ${schema.multipleOf}`;
      return schema.minimum === undefined
        ? 'a whole number'
        : `a whole number from ${schema.minimum} to ${schema.maximum}${steps}`;
    }
    case 'number':
      if (schema.exclusiveMinimum === undefined) return 'a number';
      return `a number above ${schema.exclusiveMinimum} and up to ${schema.maximum}`;
    case 'boolean':
      return 'true or false';
    case 'string':
      return [
        `a string${range('characters', schema.minLength, schema.maxLength)}`,
        ...(schema.pattern === undefined ? [] : [`that matches ${schema.pattern}`]),
      ].join(' ');
    case 'array':
      return [
        `an array${range('items', schema.minItems, schema.maxItems)}`,
        ...(schema.uniqueItems === true ? ['without duplicates'] : []),
      ].join(' ');
    case 'object':
      return `an object${range('keys', undefined, schema.maxProperties)}`;
    case 'null':
      return 'null';
    default:
      return 'valid';
  }
}

/** Describes what a schema accepts, to follow "must be" in a message that states the whole rule. */
export function describeConstraint(schema: TSchema): string {
  const rules = schema as Rules;
  if (rules.enum !== undefined) {
    const texts = rules.enum.filter((text) => text !== null);
    return `one of ${texts.join(', ')}${texts.length < rules.enum.length ? ' or null' : ''}`;
  }
  if (rules.const !== undefined) return rules.const;
  return [rules.type]
    .flat()
    .map((type) => describeType(rules, type))
    .join(' or ');
}
