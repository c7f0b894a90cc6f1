// Says of GraphQL documents whether they are valid, line by line: a line `{"schema": …}` with what an introspection answers
// says for which schema those that follow are, and each line `{"document": "…"}` is answered by one with the errors'
// messages.

import { createInterface } from 'node:readline';
import { buildClientSchema, parse, specifiedRules, validate } from 'graphql';

let schema;

function errors(document) {
  let parsed;
  try {
    parsed = parse(document);
  } catch (error) {
    return [error.message];
  }
  return validate(schema, parsed, specifiedRules).map((error) => error.message);
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const message = JSON.parse(line);
  if (message.schema) {
    schema = buildClientSchema(message.schema);
  } else {
    console.log(JSON.stringify(errors(message.document)));
  }
}
