import { createElement } from './create-element.ts';

/** A property of a requested schema: a primitive, or a choice (specification 2026-07-28, client/elicitation). */
interface PropertySchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: string | number | boolean | readonly string[];
  readonly enum?: readonly string[];
  readonly oneOf?: readonly { readonly const: string; readonly title?: string }[];
  readonly items?: Pick<PropertySchema, 'enum'> & { readonly anyOf?: PropertySchema['oneOf'] };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
}

export interface FormFields {
  readonly element: HTMLElement;
  /** What was filled in; what was left empty is left out. */
  read(): Record<string, unknown>;
}

/** The fields that a requested schema asks for. They do not validate: what the server makes of bad content is to be seen. */
export function createFormFields(schema: unknown, prefix: string): FormFields {
  const { properties = {}, required = [] } = (schema ?? {}) as ObjectSchema;
  const fields = Object.entries(properties).map(([name, property]) =>
    createField(`${prefix}-${name}`, name, property, required.includes(name)),
  );
  return {
    element: createElement(
      'div',
      { className: 'fields' },
      fields.map(({ element }) => element),
    ),
    read: () =>
      Object.fromEntries(
        fields.flatMap(({ name, read }) => {
          const value = read();
          return value === undefined ? [] : [[name, value]];
        }),
      ),
  };
}

interface Field {
  readonly name: string;
  readonly element: HTMLElement;
  readonly read: () => unknown;
}

function createField(id: string, name: string, schema: PropertySchema, isRequired: boolean): Field {
  const { control, read } = createControl(id, schema);
  const title = `${schema.title ?? name}${isRequired ? '' : ' (optional)'}`;
  const label = createElement('label', { htmlFor: id, textContent: title });
  const hint = schema.description && createElement('small', { textContent: schema.description });
  const isBox = schema.type === 'boolean';
  const element = createElement(
    'p',
    { className: isBox ? 'field box' : 'field' },
    isBox ? [control, label] : [label, control],
    hint || undefined,
  );
  return { name, element, read };
}

interface Control {
  readonly control: HTMLElement;
  readonly read: () => unknown;
}

function createControl(id: string, schema: PropertySchema): Control {
  const choices = choicesOf(schema) ?? choicesOf({ ...schema.items, oneOf: schema.items?.anyOf ?? [] });
  if (choices !== undefined) return createSelect(id, choices, schema);
  const control = createElement('input', { id, type: inputType(schema) });
  if (schema.type === 'boolean') {
    control.checked = schema.default === true;
    return { control, read: () => control.checked };
  }
  if (schema.default !== undefined) control.value = String(schema.default);
  const isNumber = schema.type === 'number' || schema.type === 'integer';
  const read = (): unknown => (isNumber ? Number(control.value) : control.value);
  return { control, read: () => (control.value === '' ? undefined : read()) };
}

function choicesOf({
  enum: values,
  oneOf,
}: PropertySchema): readonly (readonly [string, string])[] | undefined {
  if (oneOf !== undefined && oneOf.length > 0)
    return oneOf.map(({ const: value, title = value }) => [value, title] as const);
  return values?.map((value) => [value, value] as const);
}

function createSelect(
  id: string,
  choices: readonly (readonly [string, string])[],
  { type, default: preset }: PropertySchema,
): Control {
  const isMultiple = type === 'array';
  const control = createElement(
    'select',
    { id, multiple: isMultiple },
    choices.map(([value, title]) => createElement('option', { value, textContent: title })),
  );
  if (typeof preset === 'string') control.value = preset;
  const read = (): unknown =>
    isMultiple ? [...control.selectedOptions].map(({ value }) => value) : control.value;
  return { control, read };
}

const INPUT_TYPES: Readonly<Record<string, string>> = {
  boolean: 'checkbox',
  number: 'number',
  integer: 'number',
  email: 'email',
  date: 'date',
};

function inputType({ type = '', format = '' }: PropertySchema): string {
  return INPUT_TYPES[type] ?? INPUT_TYPES[format] ?? 'text';
}
