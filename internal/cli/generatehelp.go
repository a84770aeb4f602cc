package cli

// Help is the long help of generate.
func (generateCommand) Help() string {
	return `Use it to make a CDK app in Go, CloudFormation templates, or policies for pods from an architecture.yaml, and after each change of
that file.

Two files belong to tierwall and are written again each time: network_gen.go, and the JSON Schema for your editor. All other files,
such as main.go, workloads.go and the tests, are written once, with the first run, and are yours. Files that tierwall does not know
stay as they are.

Either all files are written or none. If somebody has edited network_gen.go, the command shows the difference and changes nothing,
unless --force is set.

With --to cloudformation, the command writes CloudFormation templates instead of an app, for teams that use another tool: a folder
for each environment, with the templates of its stack and tierwall.json. The templates are proven before they are written, and are
the same that the app would synthesize. A resource without an ARN becomes a parameter. onlyFrom needs the app, because only the owner
of a resource can change its policy.

With --to kubernetes, the command writes policies for the tiers that say with kubernetes which pods they are: a folder for each
environment, with a NetworkPolicy for each tier. Apply them with kubectl apply -f kubernetes/Production. A policy names pods by
labels, and everything else by its addresses; an address that only the deployment knows is an error. A warning says where a policy
is wider than a flow. --cilium also writes CiliumNetworkPolicies, which know names. --baseline denies what no policy allows. --group
also writes SecurityGroupPolicies, with which EKS gives pods the security group of their tier: its id is a resource of the deployed
stack. If a tier is no longer on Kubernetes, its file goes away; delete the policy in the cluster yourself. Amazon ECS and functions
need no such policies.

With --check, the command writes nothing. Use it in CI to find an architecture.yaml that was changed without a new network_gen.go.

Exit codes:

    0  success; with --check: the app is up to date
    1  somebody has edited a generated file; with --check: the app is not up to date
    2  wrong usage or input

Examples:

    tierwall generate --module example.com/shop
    tierwall generate --to kubernetes --group Production/Web=sg-0123456789abcdef0
`
}

// Help is the long help of eject.
func (ejectCommand) Help() string {
	return `Use it to go on without architecture.yaml: the code of network_gen.go stays, and is yours from then on.

The command removes the header of network_gen.go, by which tierwall knows the file, and the table with lines of architecture.yaml.

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall eject
    tierwall eject infrastructure --force
`
}
