// Types that exist but are not in the specification.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const own = [
  'AWS::CDK::Metadata', 'AWS::Route53Resolver::FirewallConfig', 'AWS::Serverless::CapacityProvider', 'AWS::Serverless::Connector',
  'AWS::Serverless::GraphQLApi',
];

// Returns the custom resources that the CDK library creates, from the archive in its Go module.
function customResources() {
  const list = ['list', '-m', '-f', '{{.Dir}} {{.Version}}', 'github.com/aws/aws-cdk-go/awscdk/v2'];
  const [folder, version] = execFileSync('go', list, { encoding: 'utf8' }).trim().split(' ');
  const archive = join(folder, 'jsii', `aws-cdk-lib-${version.slice(1)}.tgz`);
  const read = ['-xzOf', archive, '--wildcards', '--exclude=*/node_modules/*', '*.js'];
  const source = execFileSync('tar', read, { encoding: 'utf8', maxBuffer: 1 << 30 });
  const found = new Set([...source.matchAll(/["'`](Custom::[A-Za-z0-9_@-]+)["'`]/g)].map(([, type]) => type));
  if (found.size < 20) throw new Error('the format of the CDK library has changed');
  return [...found];
}

export const beyond = [...own, ...customResources()].sort();
