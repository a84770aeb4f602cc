'use strict';

// Does in one call from Go what would take many. See package batch.

const { Aspects, CfnResource, Names, Stack, Stage, Tags } = require('aws-cdk-lib');
const { RouterType, SecurityGroup, Subnet } = require('aws-cdk-lib/aws-ec2');
const { PolicyStatement } = require('aws-cdk-lib/aws-iam');
const { Construct } = require('constructs');

class Batch {
  /** templates returns the paths of the stacks that a validation plugin is called for, each with the file of its template. */
  static templates(context) {
    return context.stackTemplates.map((template) => [template.stackConstructPath, template.templatePath]);
  }

  /** visited makes an empty construct that the visitor visits and validates. */
  static visited(scope, id, visitor) {
    const made = new Construct(scope, id);
    Aspects.of(made).add(visitor);
    made.node.addValidation(visitor);
  }

  /** group makes a group that asks the recorder. It returns the group and its id. */
  static group(scope, id, vpc, description, tier, network, recorder) {
    const group = new Group(scope, id, { vpc, description, allowAllOutbound: false });
    Object.assign(group, { tier, network, recorder });
    return [group, group.securityGroupId];
  }

  /** subnets makes the subnets in text, which is JSON. Those with IPv6 depend on the needs. It returns each subnet with its id. */
  static subnets(scope, text, needs) {
    const made = [];
    for (const { id, props, tags = [] } of JSON.parse(text, plain)) {
      const subnet = new Subnet(scope, id, props);
      for (const need of props.ipv6CidrBlock ? needs : []) {
        l1(subnet).addResourceDependency(need);
      }
      for (const { key, value } of tags) {
        Tags.of(subnet).add(key, value);
      }
      made.push([subnet, subnet.subnetId]);
    }
    return made;
  }

  /** selected returns the subnets of a selection. */
  static selected(vpc, selection) {
    return vpc.selectSubnets(selection).subnets;
  }

  /**
   * run carries out the steps in text, which is JSON: first all that make, set or ask something, then the dependencies. Constructs are
   * indexes of objects. It returns the answers.
   */
  static run(objects, text) {
    const steps = JSON.parse(text, plain);
    const answers = [];
    for (const phase of [carryOut, connect]) {
      for (const step of steps) {
        const on = objects[step.scope];
        try {
          phase(on, step, objects, answers);
        } catch (e) {
          throw new Error(`${on?.node.path}/${step.id} (${step.class ?? step.does}): ${e.message}`, { cause: e });
        }
      }
    }
    return answers;
  }
}

/** facts answer questions about constructs that are no properties. Package batch describes them. */
const facts = {
  itself: (construct) => construct,
  name: (construct) => Names.uniqueResourceName(construct, { maxLength: 120, separator: '-' }),
  stack: (construct) => Stack.of(construct),
  stage: (construct) => Stage.of(construct),
  app: (construct) => (Stage.isStage(construct.node.root) ? construct.node.root : null),
  present: (construct) => {
    for (let at = construct; at.node.scope; at = at.node.scope) {
      if (!at.node.scope.node.tryFindChild(at.node.id)) {
        return false;
      }
    }
    return true;
  },
};

/** child finds a child of a construct, or of the root if the id begins with a slash. */
function child(of, id) {
  return id.startsWith('/') ? of?.node.root.node.tryFindChild(id.slice(1)) : of?.node.tryFindChild(id);
}

/** get answers a question about a construct, with null if the construct does not exist or CDK does not know the answer. */
function get(on, property) {
  if (!on) {
    return null;
  }
  const names = property.split('.');
  let at = on;
  if (facts[names[0]]) {
    at = facts[names.shift()](on) ?? null;
  }
  for (const name of names) {
    if (at === null) {
      return null;
    }
    if (!(name in at)) {
      throw new Error(`there is no property ${name}`);
    }
    try {
      at = at[name] ?? null;
    } catch {
      return null; // CDK throws if it does not know something of an imported construct.
    }
  }
  return at;
}

/** Group is a security group that tells its recorder what constructs ask for, and makes no rule. */
class Group extends SecurityGroup {
  addIngressRule(peer, port, description) {
    this.#record('Ingress', peer, port, description);
  }

  addEgressRule(peer, port, description) {
    this.#record('Egress', peer, port, description);
  }

  #record(direction, peer, port, description) {
    const request = { tier: this.tier, direction, description };
    try {
      Object.assign(request, { ports: port.toRuleJson(), peer: peer.toIngressRuleConfig(), path: peer.node?.path });
      if (peer instanceof Group) {
        Object.assign(request, { peerTier: peer.tier, peerNetwork: peer.network });
      }
    } catch (e) {
      request.problem = e.message;
    }
    this.recorder.record(JSON.stringify(request));
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
function carryOut(on, step, objects, answers) {
  switch (step.does) {
    case 'make':
      objects[step.as] = make(on, step);
      return;
    case 'child':
      objects[step.as] = child(on, step.id);
      return;
    case 'get':
      answers.push(get(on, step.id));
      return;
    case 'json':
      return set(l1(on), step.id, Stack.of(on).toJsonString(step.value));
    case 'statement':
      objects[step.as] = on.addToResourcePolicy(PolicyStatement.fromJson(step.value)).policyDependable;
      return;
    case 'override':
      l1(on).addPropertyOverride(step.id, step.value);
      return;
    case 'validate':
      on.node.addValidation({ validate: () => objects[step.value].check(step.id) });
      return;
    case 'route':
      on.node.tryRemoveChild(step.id);
      return on.addRoute(step.id, { ...step.value, routerType: RouterType[step.value.routerType] });
    case 'set':
      return set(l1(on), step.id, step.value);
    case 'tag':
      l1(on).tags.setTag(step.id, step.value);
  }
}

const modules = {}; // by name; require would search for the file each time

/** set sets a property of an L1 construct. JavaScript alone would accept any name. */
function set(resource, property, value) {
  if (!(property in resource)) {
    throw new Error(`the property ${property} is not known`);
  }
  resource[property] = value;
}

function make(scope, step) {
  const [module, name] = step.class.split('.');
  modules[module] ??= require(`aws-cdk-lib/${module}`);
  const made = new modules[module][name](scope, step.id, step.value);
  for (const [key, value] of Object.entries(step.metadata ?? {})) {
    made.addMetadata(key, value);
  }
  return made;
}

/** connect adds the dependencies of what a step makes, when all constructs exist. */
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
