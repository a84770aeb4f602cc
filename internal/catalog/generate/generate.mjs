// Writes tables.gen.go from AWS's own specification of CloudFormation resources. Run it with `go generate ./internal/catalog`.
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { beyondSpecification, corrections, inert, otherwise, unmodelled } from './overrides.mjs';

const { version } = createRequire(import.meta.url)('@aws-cdk/aws-service-spec/package.json');
const db = loadAwsServiceSpecSync();
const problems = [];

// What a property is, by its name.
const groups = /(^|\.)((Vpc|VPC)?SecurityGroups?(Ids?|IdList|Arns?)?|NetworkInterfaces\[\]\.(GroupSet|Groups))(\[\])?$/;
const subnets = /(^|\.)(Vpc|Client|Ec2)?Subnets?(Ids?|IdList|Arns?)?(\[\])?$/;
const indirect = /(^|\.)(LaunchTemplate(Id|Name)|(DB|Cache|Cluster)?SubnetGroupName|(Replication)?SubnetGroup(Id|Identifier))$/;
// What must be understood in a type that is placed, and what calls for a decision in any type.
const placing = /security.?group|subnet|launch.?template|vpczoneidentifier/i;
const network = /security.?group|subnet|route.?table|network.?acl|network.?interface.?(id|arn)|vpc.?(id|arn|identifier|config|connect)|^vpcs?$/i;

// Every path to a value in the properties of a type; lists are "Name[]", values of maps "Name{}". A type that contains
// itself is walked once.
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

const listed = (table) => Object.values(table).flat();
const inertTypes = listed(inert);
const unmodelledTypes = listed(unmodelled);
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
      problems.push(`${type}: what is ${path}?`);
    }
  }
  return entry;
}

const table = new Map();
for (const type of [...resources.keys()].sort()) {
  if (inertTypes.includes(type) || unmodelledTypes.includes(type)) continue;
  const all = paths(resources.get(type));
  const entry = interfacesOf(type, all);
  if (entry) {
    table.set(type, entry);
    continue;
  }
  const mentions = all.filter((path) => network.test(path.split('.').at(-1)));
  if (mentions.length > 0) problems.push(`${type} is in no list: ${mentions.join(', ')}`);
}

for (const type of [...inertTypes, ...unmodelledTypes]) {
  if (!resources.has(type)) problems.push(`${type} is not in the specification`);
  if (inertTypes.includes(type) && unmodelledTypes.includes(type)) problems.push(`${type} is in two lists`);
}
for (const type of Object.keys(corrections)) {
  if (!table.has(type)) problems.push(`${type} is corrected, but places nothing`);
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}

const fallbacks = { default: 'DefaultGroup', service: 'ServiceGroup' };
const list = (values) => `[]string{${values.map((value) => JSON.stringify(value)).join(', ')}}`;

function goEntry([type, entry]) {
  const fields = [];
  for (const [name, values] of [['Groups', entry.groups], ['Subnets', entry.subnets], ['Indirect', entry.indirect]]) {
    if (values.length > 0) fields.push(`${name}: ${list(values)},`);
  }
  if (entry.holder) fields.push('Holder: true,');
  if (entry.without) fields.push(`WithoutGroups: ${fallbacks[entry.without]},`);
  if (entry.kind) fields.push(`Kind: ${JSON.stringify(entry.kind)},`, `Unfiltered: ${list(entry.unfiltered)},`);
  if (entry.opaque) fields.push('Opaque: true,');
  return `${JSON.stringify(type)}: {\n${fields.join('\n')}\n},`;
}

writeFileSync(new URL('../tables.gen.go', import.meta.url), `// Code generated by generate/generate.mjs from @aws-cdk/aws-service-spec ${version} (Apache-2.0). DO NOT EDIT.

package catalog

var interfaces = map[string]Interfaces{
${[...table].map(goEntry).join('\n')}
}

var inert = map[string]struct{}{
${[...inertTypes, ...beyondSpecification].sort().map((type) => `${JSON.stringify(type)}: {},`).join('\n')}
}
`);
