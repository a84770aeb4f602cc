// Writes tables.gen.go, classes.gen.go and testdata/types.txt from AWS's specification of CloudFormation resources. Run it with
// `go generate ./internal/catalog`.
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { beyond } from './beyond.mjs';
import { evaluated, harmless, unknown } from './classes.mjs';
import { classify, lines } from './classify.mjs';
import { corrections, otherwise, unspecified } from './overrides.mjs';
import { bySubnet, byProperty, never, unsure } from './public.mjs';
import { width } from './width.mjs';

const { version } = createRequire(import.meta.url)('@aws-cdk/aws-service-spec/package.json');
const db = loadAwsServiceSpecSync();
const problems = [];

// The meaning of a property, by its name.
const groups = /(^|\.)((Vpc|VPC)?SecurityGroups?(Ids?|IdList|Arns?)?|NetworkInterfaces\[\]\.(GroupSet|Groups))(\[\])?$/;
const subnets = /(^|\.)(Vpc|Client|Ec2)?Subnets?(Ids?|IdList|Arns?)?(\[\])?$/;
const indirect = /(^|\.)(LaunchTemplate(Id|Name)|(DB|Cache|Cluster)?SubnetGroupName|(Replication)?SubnetGroup(Id|Identifier))$/;
// Properties of a placed type that must be understood, and properties of any type that require a decision.
const placing = /security.?group|subnet|launch.?template|vpczoneidentifier/i;
const network = new RegExp([
  'security.?group', 'subnet', 'route.?table', 'network.?acl', 'network.?interface.?(id|arn)',
  'vpc.?(id|arn|identifier|config|connect)', '^vpcs?$',
].join('|'), 'i');

// Returns every path to a value in the properties of a type. A list is "Name[]", a value of a map "Name{}". A type that
// contains itself is visited once.
function paths(resource) {
  const found = new Set();
  const walk = (properties, prefix, seen) => {
    for (const [name, property] of Object.entries(properties)) visit(property.type, prefix + name, seen);
  };
  const visit = (type, path, seen) => {
    switch (type.type) {
      case 'ref': {
        const id = type.reference.$ref;
        if (!seen.includes(id)) walk(db.get('typeDefinition', id).properties, path + '.', [...seen, id]);
        break;
      }
      case 'array': visit(type.element, path + '[]', seen); break;
      case 'map': visit(type.element, path + '{}', seen); break;
      case 'union': type.types.forEach((each) => visit(each, path, seen)); break;
      default: found.add(path);
    }
  };
  walk(resource.properties, '', []);
  return [...found].sort();
}

const resources = new Map(db.all('resource').map((each) => [each.cloudFormationType, each]));

function interfacesOf(type, all) {
  const correction = corrections[type] ?? {};
  const { drop = [], ...rest } = correction;
  const kept = all.filter((path) => !drop.includes(path));
  const collect = (pattern, more = []) => [...new Set([...kept.filter((path) => pattern.test(path)), ...more])].sort();
  const entry = {
    ...rest,
    groups: collect(groups, rest.groups),
    subnets: collect(subnets, rest.subnets),
    indirect: collect(indirect, rest.indirect),
  };
  for (const path of [...drop, ...entry.groups, ...entry.subnets, ...entry.indirect, ...(rest.kind ? [rest.kind] : [])]) {
    if (!all.includes(path)) problems.push(`${type} has no property ${path}`);
  }
  const placed = entry.groups.length + entry.subnets.length + entry.indirect.length > 0;
  if (!placed) return undefined;
  const understood = new Set([...drop, ...entry.groups, ...entry.subnets, ...entry.indirect]);
  for (const path of kept) {
    const name = path.split('.').at(-1);
    if (placing.test(name) && !understood.has(path) && !otherwise.some((each) => each.test(path))) {
      problems.push(`${type}: decide what ${path} is`);
    }
  }
  return entry;
}

// A type that is listed by name places no interfaces, whatever the names of its properties.
const listed = new Set([...evaluated, ...Object.values(harmless).flat(), ...unknown.flatMap((each) => each.types)]);
const table = new Map();
for (const type of [...resources.keys(), ...Object.keys(unspecified)].sort()) {
  const entry = unspecified[type] ?? (listed.has(type) ? undefined : interfacesOf(type, paths(resources.get(type))));
  if (entry) table.set(type, entry);
}
for (const type of Object.keys(unspecified)) {
  if (resources.has(type) || !beyond.includes(type)) problems.push(`${type} is specified, or does not exist`);
}
for (const type of Object.keys(corrections)) {
  if (!table.has(type)) problems.push(`${type} is corrected, but places nothing`);
}

const naming = (type) => (resources.has(type) ? paths(resources.get(type)) : []).filter((path) => network.test(path.split('.').at(-1)));
const classes = classify({ specified: [...resources.keys()], placed: table, beyond, naming }, problems);

// The types with a public address.
const publicTypes = new Map();
const isPublic = (type, fact) => {
  if (publicTypes.has(type)) problems.push(`${type} is in two lists of public.mjs`);
  const all = resources.has(type) ? paths(resources.get(type)) : [];
  if (!table.has(type)) problems.push(`${type} is in public.mjs, but places nothing`);
  for (const path of [fact.property, fact.kind]) {
    if (path && table.has(type) && !all.includes(path)) problems.push(`${type} has no property ${path}`);
  }
  publicTypes.set(type, fact);
};
never.forEach((type) => isPublic(type, { absent: 'never' }));
unsure.forEach((type) => isPublic(type, { absent: 'unsure' }));
Object.entries(bySubnet).forEach(([type, property]) => isPublic(type, { property, when: ['true'], absent: 'subnet' }));
Object.entries(byProperty).forEach(([type, fact]) => isPublic(type, fact));
for (const [type, entry] of table) {
  if (!entry.holder && !publicTypes.has(type)) problems.push(`${type} is in no list of public.mjs`);
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}

const fallbacks = { default: 'DefaultGroup', service: 'ServiceGroup' };
const rules = { never: 'PublicNever', always: 'PublicAlways', subnet: 'PublicBySubnet', unsure: 'PublicUnsure' };
const list = (values) => {
  const quoted = values.map((value) => JSON.stringify(value));
  const line = `[]string{${quoted.join(', ')}}`;
  return line.length <= width - 20 ? line : `[]string{\n${quoted.join(',\n')},\n}`;
};

function goPublic(fact) {
  const fields = fact.absent === 'unsure' ? [] : [`Rule: ${rules[fact.absent]}`];
  if (fact.property) fields.push(`Property: ${JSON.stringify(fact.property)}`);
  if (fact.property && fact.when) fields.push(`When: ${list(fact.when)}`);
  if (fact.kind) fields.push(`Kind: ${JSON.stringify(fact.kind)}`, `Private: ${list(fact.private)}`);
  if (fields.length === 0) return [];
  const line = `Public: Public{${fields.join(', ')}},`;
  return [line.length <= width - 10 ? line : `Public: Public{\n${fields.join(',\n')},\n},`];
}

function goEntry([type, entry]) {
  const fields = [];
  for (const [name, values] of [['Groups', entry.groups], ['Subnets', entry.subnets], ['Indirect', entry.indirect]]) {
    if (values.length > 0) fields.push(`${name}: ${list(values)},`);
  }
  if (entry.holder) fields.push('Holder: true,');
  if (entry.without) fields.push(`WithoutGroups: ${fallbacks[entry.without]},`);
  if (entry.kind) fields.push(`Kind: ${JSON.stringify(entry.kind)},`, `Unfiltered: ${list(entry.unfiltered)},`);
  if (entry.opaque) fields.push('Opaque: true,');
  if (publicTypes.has(type)) fields.push(...goPublic(publicTypes.get(type)));
  return `{${JSON.stringify(type)}, Interfaces{\n${fields.join('\n')}\n}},`;
}

const reaches = { refs: 'ReachRefs', interfaces: 'ReachInterfaces', vpc: 'ReachVPC', region: 'ReachRegion' };
function goClass({ kind, reason, reach, types }) {
  const fields = [`Kind: ${kind}`];
  if (reason) fields.push(`Reason: ${JSON.stringify(reason)}`);
  if (reach) fields.push(`Reach: ${reaches[reach]}`);
  const line = `Class{${fields.join(', ')}}`;
  const one = line.length <= width - 10 ? line : `Class{\n${fields.join(',\n')},\n}`;
  return `{${one}, \`\n${lines(types)}\`},`;
}

const head = `// Code generated by generate/generate.mjs from @aws-cdk/aws-service-spec ${version} (Apache-2.0). DO NOT EDIT.

package catalog
`;
const write = (name, text) => writeFileSync(new URL(`../${name}`, import.meta.url), `${head}\n${text}\n`);
write('tables.gen.go', `// interfaces is sorted by type.
var interfaces = []struct {
resourceType string
Interfaces
}{
${[...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(goEntry).join('\n')}
}`);
write('classes.gen.go', `// classified holds the classes of the types that place no interfaces. Each line of types starts with a service.
var classified = []struct {
Class
types string
}{
${classes.map(goClass).join('\n')}
}`);
writeFileSync(new URL('../testdata/types.txt', import.meta.url), [...resources.keys(), ...beyond].sort().join('\n') + '\n');
