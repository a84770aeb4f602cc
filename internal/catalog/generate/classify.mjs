// Puts every resource type into the class that lists it in classes.mjs.
import { width } from './width.mjs';
import { evaluated, harmless, unknown } from './classes.mjs';

// All classes of classes.mjs, in one form.
const classes = [
  { kind: 'Evaluated', types: evaluated },
  ...Object.entries(harmless).map(([reason, types]) => ({ kind: 'Harmless', reason, types })),
  ...unknown.map((each) => ({ kind: 'Unknown', ...each })),
];

const serviceOf = (type) => type.slice(0, type.lastIndexOf('::'));
const isService = (entry) => entry.endsWith('::*');

// Returns the classes, each with its types, sorted. The argument specified holds the types of the specification, placed those
// with interfaces, beyond those that exist but are not specified. The function naming(type) returns the properties that name
// parts of a network.
export function classify({ specified, placed, beyond, naming }, problems) {
  const listed = new Map();
  for (const one of classes) {
    for (const entry of one.types) {
      if (listed.has(entry)) problems.push(`${entry} is in two lists`);
      listed.set(entry, one);
    }
  }
  const filled = new Map(classes.map((one) => [one, []]));
  const used = new Set();
  const put = (type, entry) => {
    filled.get(listed.get(entry)).push(type);
    used.add(entry);
  };
  for (const type of [...specified, ...beyond].sort()) {
    const service = `${serviceOf(type)}::*`;
    if (placed.has(type)) continue;
    if (listed.has(type)) {
      put(type, type);
    } else if (!listed.has(service)) {
      problems.push(`${type} is in no list`);
    } else if (naming(type).length > 0) {
      problems.push(`${type} is in no list, and its service does not stand for it: ${naming(type).join(', ')}`);
    } else {
      put(type, service);
    }
  }
  for (const entry of listed.keys()) {
    if (!used.has(entry)) problems.push(isService(entry) ? `${entry} stands for no type` : `${entry} is not specified`);
  }
  return [...filled].map(([one, types]) => ({ ...one, types }));
}

// Returns the types as text, one or more lines for each service: "AWS::SQS Queue QueueInlinePolicy QueuePolicy".
export function lines(types) {
  const services = new Map();
  for (const type of types) {
    const service = serviceOf(type);
    services.set(service, [...(services.get(service) ?? []), type.slice(service.length + 2)]);
  }
  return [...services].flatMap(([service, names]) => serviceLines(service, names)).join('\n');
}

// Returns the lines of one service, each of which starts with the service and fits the width of a line.
function serviceLines(service, names) {
  const all = [];
  let line = '';
  for (const name of names) {
    if (line && line.length + 1 + name.length <= width) {
      line += ` ${name}`;
    } else {
      if (line) all.push(line);
      line = `${service} ${name}`;
    }
  }
  return [...all, line];
}
