// Runs graphql-http's audits of GraphQL over HTTP against a server: `node audits.mjs URL`. Anything but `ok` fails,
// its notices and warnings too.

import { serverAudits } from 'graphql-http';

const url = process.argv[2];
const results = [];
for (const audit of serverAudits({ url })) {
  results.push(await audit.fn());
}
const failures = results.filter((result) => result.status !== 'ok');
for (const { id, name, status, reason, response } of failures) {
  console.error(`${status} ${id} ${name}: ${reason} (status ${response?.status})`);
}
console.log(`${results.length - failures.length} of ${results.length} audits are ok`);
process.exitCode = failures.length === 0 && results.length > 0 ? 0 : 1;
