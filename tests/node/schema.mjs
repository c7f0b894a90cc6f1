// Builds a client schema from a server's introspection and compares it with the server's own SDL, which comes on the
// standard input: `node schema.mjs URL`.

import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from 'graphql';

const sdl = await text(process.stdin);
const query = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
});
const response = await fetch(process.argv[2], {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
  body: JSON.stringify({ query }),
});
const { data, errors } = await response.json();
assert.equal(errors, undefined, JSON.stringify(errors));

const introspected = buildClientSchema(data);
assert.deepEqual(validateSchema(introspected), []);
const declared = buildSchema(sdl);
assert.deepEqual(validateSchema(declared), []);
const print = (schema) => printSchema(lexicographicSortSchema(schema));
assert.equal(print(introspected), print(declared));
assert.match(print(introspected), / @oneOf /);
console.log(`${Object.keys(introspected.getTypeMap()).length} types agree`);
