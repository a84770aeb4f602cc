// Reads statements of SQL with the grammars of Trino and Hive: stdin is a JSON list of statements with their grammars, stdout lists what is
// wrong with each. Node cannot load the modules of dt-sql-parser as they are, so esbuild joins them.
const esbuild = require('esbuild');
const fs = require('node:fs');

const built = esbuild.buildSync({
  stdin: {
    contents: `
      export { TrinoSQL as trino } from 'dt-sql-parser/dist/parser/trino';
      export { HiveSQL as hive } from 'dt-sql-parser/dist/parser/hive';`,
    resolveDir: __dirname,
  },
  nodePaths: (process.env.NODE_PATH || '').split(':').filter(Boolean),
  bundle: true, write: false, platform: 'node', format: 'cjs', logLevel: 'silent',
});
const parsers = { exports: {} };
new Function('module', 'exports', 'require', built.outputFiles[0].text)(parsers, parsers.exports, require);

const faults = JSON.parse(fs.readFileSync(0, 'utf8')).map(({ grammar, sql }) => new parsers.exports[grammar]().validate(sql)
  .map((e) => `${grammar}: line ${e.startLine}: ${e.message}\n${sql.split('\n')[e.startLine - 1]}`));
console.log(JSON.stringify(faults));
