// Runs SQL on DuckDB: each line of stdin is a JSON list of a database's name and a statement, each line of stdout its rows or its error.
// A database that is new is empty. The macros are functions of Athena that DuckDB lacks, and those of dates, for each call of which DuckDB
// fills a cache of thousands of dates. from_unixtime stays a number, so that tests compare numbers. The queries are long and their logs are
// short, so that the optimizer takes longer than it saves.
const { DuckDBInstance } = require('@duckdb/node-api');
const readline = require('node:readline');

const setup = `
CREATE MACRO regexp_like(a, b) AS regexp_matches(a, b);
CREATE MACRO bitwise_and(a, b) AS a & b;
CREATE MACRO array_union(a, b) AS list_distinct(list_concat(a, b));
CREATE MACRO array_remove(a, b) AS list_filter(a, lambda x: x <> b);
CREATE MACRO array_join(a, b) AS array_to_string(a, b);
CREATE MACRO cardinality(a) AS len(a);
CREATE MACRO from_unixtime(a) AS a;
CREATE MACRO year(a) AS strftime(a, '%Y')::bigint;
CREATE MACRO month(a) AS strftime(a, '%m')::bigint;
CREATE MACRO day(a) AS strftime(a, '%d')::bigint;
PRAGMA disable_optimizer;
`;

const connections = new Map();

async function connect(database) {
  if (!connections.has(database)) {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    await connection.run(setup);
    connections.set(database, connection);
  }
  return connections.get(database);
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      const [database, sql] = JSON.parse(line);
      const result = await (await connect(database)).runAndReadAll(sql);
      answer = { rows: result.getRowObjectsJS() };
    } catch (e) {
      answer = { error: String(e.message) };
    }
    console.log(JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));
  }
})();
