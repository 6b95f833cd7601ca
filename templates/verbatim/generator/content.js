/** Both faces for the content of a form, whose schema the program makes; so it is interpreted, not compiled. */
function contentOf(requestedSchema) {
  const check = (value) => explain(requestedSchema, value, '').length === 0;
  return { is: checkOf('the content of the form', check), parse: parserOf(() => requestedSchema, check) };
}
