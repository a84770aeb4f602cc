// Runs SQL on DuckDB: each line of stdin is a statement in JSON, each line of stdout its rows or its error. The macros are functions of
// Athena that DuckDB lacks. from_unixtime stays a number, so that tests compare numbers.
const { DuckDBInstance } = require('@duckdb/node-api');
const readline = require('node:readline');

const macros = `
CREATE MACRO regexp_like(a, b) AS regexp_matches(a, b);
CREATE MACRO bitwise_and(a, b) AS a & b;
CREATE MACRO array_union(a, b) AS list_distinct(list_concat(a, b));
CREATE MACRO array_remove(a, b) AS list_filter(a, lambda x: x <> b);
CREATE MACRO array_join(a, b) AS array_to_string(a, b);
CREATE MACRO cardinality(a) AS len(a);
CREATE MACRO from_unixtime(a) AS a;
`;

(async () => {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run(macros);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      const result = await connection.runAndReadAll(JSON.parse(line));
      answer = { rows: result.getRowObjectsJS() };
    } catch (e) {
      answer = { error: String(e.message) };
    }
    console.log(JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));
  }
})();
