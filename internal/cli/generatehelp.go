package cli

// Help is the long help of generate.
func (generateCommand) Help() string {
	return `Use it to make a CDK app in Go, or CloudFormation templates, from an architecture.yaml, and after each change of that file.

Two files belong to tierwall and are written again each time: network_gen.go, and the JSON Schema for your editor. All other files,
such as main.go, workloads.go and the tests, are written once, with the first run, and are yours. Files that tierwall does not know
stay as they are.

Either all files are written or none. If somebody has edited network_gen.go, the command shows the difference and changes nothing,
unless --force is set.

With --to cloudformation, the command writes CloudFormation templates instead of an app, for teams that use another tool: a folder
for each environment, with the templates of its stack and tierwall.json. The templates are proven before they are written, and are
the same that the app would synthesize. A resource without an ARN becomes a parameter. onlyFrom needs the app, because only the owner
of a resource can change its policy.

With --check, the command writes nothing. Use it in CI to find an architecture.yaml that was changed without a new network_gen.go.

Exit codes:

    0  success; with --check: the app is up to date
    1  somebody has edited a generated file; with --check: the app is not up to date
    2  wrong usage or input

Examples:

    tierwall generate --module example.com/shop
    tierwall generate --to cloudformation --format yaml
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
