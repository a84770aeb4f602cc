'use strict';

// Makes L1 constructs and sets their properties and tags, in one call from Go. See package batch.

const { CfnResource } = require('aws-cdk-lib');
const { RouterType } = require('aws-cdk-lib/aws-ec2');

class Batch {
  /** present says of each construct whether it, or one that replaced it, is in the tree. */
  static present(constructs) {
    return constructs.map((construct) => {
      for (let at = construct; at.node.scope; at = at.node.scope) {
        if (!at.node.scope.node.tryFindChild(at.node.id)) {
          return false;
        }
      }
      return true;
    });
  }

  /**
   * run carries out the steps in text, which is JSON: first all that make or set something, then the dependencies. Constructs are indexes
   * of objects.
   */
  static run(objects, text) {
    const steps = JSON.parse(text, plain);
    for (const phase of [carryOut, connect]) {
      for (const step of steps) {
        const on = objects[step.scope];
        try {
          phase(on, step, objects);
        } catch (e) {
          throw new Error(`${on.node.path}/${step.id} (${step.class ?? step.does}): ${e.message}`, { cause: e });
        }
      }
    }
  }
}

/** plain drops the fields that Go leaves empty and sorts the others, as calls from Go do. */
function plain(_, value) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return value;
  }
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** carryOut carries out a step but for its dependencies. */
function carryOut(on, step) {
  switch (step.does) {
    case 'make':
      return make(on, step);
    case 'route':
      on.node.tryRemoveChild(step.id);
      return on.addRoute(step.id, { ...step.value, routerType: RouterType[step.value.routerType] });
    case 'set':
      l1(on)[step.id] = step.value;
      return;
    case 'tag':
      l1(on).tags.setTag(step.id, step.value);
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
function connect(scope, step, objects) {
  for (const id of step.after ?? []) {
    scope.node.findChild(step.id).addResourceDependency(scope.node.findChild(id));
  }
  for (const i of step.needs ?? []) {
    scope.node.findChild(step.id).node.addDependency(objects[i]);
  }
}

/** l1 returns the L1 construct of a construct. */
function l1(construct) {
  return CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
}

exports.Batch = Batch;
