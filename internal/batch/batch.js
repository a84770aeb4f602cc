'use strict';

// Makes L1 constructs and sets their properties, in one call from Go. See package batch.

/** plain drops the fields that Go leaves empty and sorts the others, as calls from Go do. */
function plain(_, value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return value;
  }
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

class Batch {
  /**
   * run carries out the steps in text, which is JSON: first all that make, set or tag something, then the dependencies.
   */
  static run(root, text) {
    const known = new Map([['', root]]);
    const find = (path) => {
      if (!known.has(path)) {
        const cut = path.lastIndexOf('/');
        known.set(path, find(path.slice(0, Math.max(cut, 0))).node.findChild(path.slice(cut + 1)));
      }
      return known.get(path);
    };
    const steps = JSON.parse(text, plain);
    for (const phase of [carryOut, connect]) {
      for (const step of steps) {
        try {
          phase(find(step.scope), step);
        } catch (e) {
          const path = [root.node.path, step.scope, step.id].filter(Boolean).join('/');
          throw new Error(`${path} (${step.class ?? step.does}): ${e.message}`, { cause: e });
        }
      }
    }
  }
}

/** carryOut carries out a step but for its dependencies. */
function carryOut(scope, step) {
  switch (step.does) {
    case 'make':
      return make(scope, step);
    case 'set':
      scope[step.id] = step.value;
      return;
    case 'tag':
      scope.tags.setTag(step.id, step.value);
  }
}

function make(scope, step) {
  const [module, name] = step.class.split('.');
  const made = new (require(`aws-cdk-lib/${module}`)[name])(scope, step.id, step.value);
  for (const [key, value] of Object.entries(step.metadata ?? {})) {
    made.addMetadata(key, value);
  }
}

/** connect adds the dependencies of a step, when all constructs exist. */
function connect(scope, step) {
  for (const id of step.after ?? []) {
    scope.node.findChild(step.id).addResourceDependency(scope.node.findChild(id));
  }
}

exports.Batch = Batch;
