package cli

// The long help of the commands. Kong prints it between a command's summary and its arguments and flags. Each text says when to use
// the command and how to read its output, and ends with the exit codes and two examples. Indented lines are printed as they are.

// description is the help of the whole command.
const description = `tierwall plans, generates and proves the network security of tiered AWS architectures.

To start an architecture, run "tierwall new", then "tierwall plan" and "tierwall generate": they read the file architecture.yaml.

To see which network traffic CloudFormation templates carry, run "tierwall show", which works with any template. If your CDK app
uses the tierwall library, run "tierwall prove" after "cdk synth": it compares the templates with the traffic that the app declares.

TEMPLATE is a cloud assembly (the folder cdk.out), a CloudFormation template in JSON or YAML, or a folder of templates. The
default is cdk.out. Several templates are read together, as stacks that refer to each other; the name of a stack is the name of
its file without the extension.

Set template parameters with -p NAME=VALUE or --parameters FILE. A parameter without a value has its default, and the output says
so; a condition on such a parameter is unknown.

Exit codes:

    0  success
    1  findings
    2  wrong usage or input
`

// templatesHelp is the help of the argument TEMPLATE.
const templatesHelp = "Cloud assembly, template, or folder of templates; several are read together. Default: cdk.out."

// aboutUnknowns is the part that the commands about traffic share.
const aboutUnknowns = `An unknown is something that the templates do not say: a parameter without a value, an import, a missing nested
template or launch template, a custom resource, or a resource type that tierwall does not evaluate. An unknown can change the
traffic of every resource that it affects, and every affected answer says so.

To resolve an unknown, set its value with -p NAME=VALUE or --parameters FILE, add the template that defines the missing part, or
set the missing property.

`

// aboutAssumeOpen follows aboutUnknowns if the command has the flag.
const aboutAssumeOpen = `If subnets are missing and you only ask about security groups, add --assume-open: tierwall then assumes that the
missing routes and network ACLs allow everything, and prints this assumption.

`

// exitCodes are the exit codes of the commands that report findings.
const exitCodes = `Exit codes:

    0  no findings
    1  findings
    2  wrong usage or input

`

// Help is the long help of prove.
func (proveCommand) Help() string {
	return `Use it after each synthesis, in CI, to prove that a change of code did not open or close more than you declared.

There are four kinds of findings about traffic:

    excess    the traffic is carried but not declared
    missing   the traffic is declared but not carried
    unknown   the templates do not say whether the traffic is carried
    weakened  a declared control is missing or changed; another one still
              stops the traffic

The result is "exact" only if no unknown could change it. An expectation to deny traffic fails if the traffic may be carried.

` + aboutUnknowns + aboutAssumeOpen + exitCodes + `Examples:

    tierwall prove
    tierwall prove network.yaml app.yaml --expect expectations.txt
`
}

// Help is the long help of show.
func (showCommand) Help() string {
	return `Use it for an overview of any template, written with tierwall or not: each row is the traffic from one peer to another.

CARRIED is traffic that certainly passes. UNKNOWN is further traffic that may pass; the numbers refer to the reasons below the
table. Two peers without a row certainly carry no traffic. A line that starts with "assumed:" is an assumption behind the answers.

First come rows with the internet, then exceptions, then rows with data tiers, and last those with addresses of the network itself; among
equals, those that carry most. Rows that are equal but for their ends are one row: it stands for a row between each FROM and each TO,
and "web-1 ... web-9 (9)" for nine peers. --all and --format json show them one by one.

` + aboutUnknowns + aboutAssumeOpen + `Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall show
    tierwall show network.yaml app.yaml -p OfficeCidr=203.0.113.0/24
`
}

// Help is the long help of draw.
func (drawCommand) Help() string {
	return `Use it for a README, a review or the wall: it draws the tiers of any template in the order of trust, and who can reach whom.

If tierwall.json is beside the templates, its names, kinds and exceptions are drawn, and the picture says what the proof found.
Otherwise names and kinds come from the templates.

A line leads from who opens connections to who accepts them; lines with the same target and the same services join. Its marks:

    solid           the traffic certainly passes
    dashed          it passes because rules on addresses open it: no flow and
                    no rule names both ends
    dotted, ?       it may pass: the templates do not say
    bricks          all of it passes the network firewall
    orange          a declared exception, with its last day
    red             not declared, or declared and not carried

With --diff, the picture shows what changes from BEFORE to AFTER. Labels begin with +, +?, - and -? as in tierwall diff, and with !
for what no longer passes a network firewall. Only what changes has colour; the rest has a fifth of the ink. If the picture is too
large, what does not change is left out.

Only traffic with addresses of the network itself, where no tier is known, is not drawn; a note counts it. A picture with more than
80 boxes or 200 lines is folded: tiers that are alike become one box. --around NAME draws one tier in full.

SVG is one file without scripts, for light and dark screens and for print. Mermaid is text for README files and pull requests; it
stays below 50,000 characters. Open the drawio format with draw.io (diagrams.net).

` + aboutUnknowns + aboutAssumeOpen + `Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall draw -o network.svg
    tierwall draw --diff before.yaml after.yaml --format mermaid
`
}

// Help is the long help of why.
func (whyCommand) Help() string {
	return `Use it to find the rule that allows or stops a connection.

The answer follows the packet from one end to the other and then its reply, one step for each route, security group, network ACL
and firewall. The verdict is "carried", "not carried", "carried in part" or "not known". If it is "not known", the steps in doubt
say what is missing.

` + aboutUnknowns + aboutAssumeOpen + `Exit codes:

    0  the connection is carried between all resources with these names
    1  the connection is not carried, or the answer is not known
    2  wrong usage or input

Examples:

    tierwall why internet Web https
    tierwall why 10.0.1.9 Database tcp/5432 network.yaml
`
}

// Help is the long help of diff.
func (diffCommand) Help() string {
	return `Use it to review a change, for example in a pull request.

Each row is traffic that changes. Its mark says how; an unknown makes a change only possible:

    newly allowed           +
    newly denied            -
    possibly newly allowed  +?
    possibly newly denied   -?

The result is "no traffic changes" only if no unknown could change any traffic, unless you add --known-only.

` + aboutUnknowns + aboutAssumeOpen + `Exit codes:

    0  success
    1  with --exit-code: traffic is newly allowed or possibly newly allowed
    2  wrong usage or input

Examples:

    tierwall diff before.yaml after.yaml
    tierwall diff main/cdk.out cdk.out --exit-code --format markdown
`
}

// Help is the long help of upgrade.
func (upgradeCommand) Help() string {
	return `Use it before a deployment, to find changes that cannot be deployed in one step.

A finding is a change that CloudFormation or AWS rejects during the update, an association that the cleanup at the end of the
update removes, or traffic that stops for a while. Only the resource types and properties that tierwall knows are checked.

Something that the templates do not say can hide a finding; such a line starts with "not known:". An assumption starts with
"assumed:". To resolve them, set a value with -p NAME=VALUE or --parameters FILE, or add the template that defines the missing
part to both BEFORE and AFTER.

` + exitCodes + `Examples:

    tierwall upgrade deployed/cdk.out cdk.out
    tierwall upgrade before.yaml after.yaml -p VpcCidr=10.0.0.0/16
`
}

// Help is the long help of response.
func (responseCommand) Help() string {
	return `Use it to see what the automated response of a network blocks and isolates at the moment, why, and until when. The package
tiers/watch/response makes such a response. The command changes nothing. It reads the table of decisions, as the AWS
CLI prints it with aws dynamodb scan --table-name shop-decisions --output json.

Below each decision is the command that undoes it. The function of the response sees that within a few minutes, and does not act on the
same finding again. The commands after "at once" give an instance its security groups back; use them if the function does not work.

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall response shop-decisions < scan.json
    tierwall response shop-decisions scan.json --ended
`
}

// Help is the long help of sid.
func (sidCommand) Help() string {
	return `Use it to learn which declared flow a rule of AWS Network Firewall belongs to, and who declared it and why.

Without NUMBER, the command reads log lines from standard input and explains each rule number in them. Use alert logs, as JSON;
flow logs contain no rule numbers.

Exit codes:

    0  all numbers are known
    1  the cloud assembly has no rule with one of the numbers
    2  wrong usage or input

Examples:

    tierwall sid 1742492979
    tierwall sid --assembly cdk.out < alerts.log
`
}

// Help is the long help of waf.
func (wafCommand) Help() string {
	return `Use it to review web ACLs before a deployment, or to test what a web ACL does with a request.

Without --request, the command shows each web ACL with the capacity (WCU) that its rules use, and the mistakes in it. With
--request, it evaluates the request against one web ACL, which --acl selects, and prints the result of each rule as text or JSON.
A request file holds the request line, headers, an empty line and the body. A first line "# client 203.0.113.7" sets the client's
address.

Exit codes:

    0  no errors or findings; with --request: all requests are allowed
    1  errors or findings; with --request: a request is not certainly allowed
    2  wrong usage or input

Examples:

    tierwall waf
    tierwall waf shop.yaml --request login.http --client 203.0.113.7
`
}

// Help is the long help of firewall.
func (firewallCommand) Help() string {
	return `Use it to review the network firewalls of any template before a deployment.

The output lists each firewall with its policy and logs, each policy with its default actions, rule order and rule groups, and each
rule group with the capacity that its rules use. The checks are those of the library's constructs:

    error    AWS or Suricata rejects the value
    finding  AWS accepts the value, but it opens the firewall or has no effect
    warning  the value is probably a mistake

A value that is known only at deployment is listed as unknown and not checked.

Exit codes:

    0  no errors or findings
    1  errors or findings
    2  wrong usage or input

Examples:

    tierwall firewall
    tierwall firewall network.yaml --name EgressRules
`
}

// Help is the long help of endpoints.
func (endpointsCommand) Help() string {
	return `Use it to review VPC endpoints before a deployment, or to test whether an endpoint policy allows a call.

Without --action, the command shows each endpoint with its policy, and the mistakes in it. With --action, it evaluates the call
against the policy of every endpoint that serves the call. Only the endpoint policy is evaluated: the policies of the caller and of
the resource can still deny the call.

Exit codes:

    0  no errors or findings; with --action: an endpoint allows the call
    1  errors or findings; with --action: no endpoint certainly allows the call
    2  wrong usage or input

Examples:

    tierwall endpoints
    tierwall endpoints --action s3:GetObject --resource arn:aws:s3:::uploads/a \
        --as arn:aws:iam::111122223333:role/app
`
}

// Help is the long help of completion.
func (completionCommand) Help() string {
	return `Use it to have your shell complete commands, flags, their values and the names of files.

Load the script when the shell starts:

    bash  add to ~/.bashrc: source <(tierwall completion bash)
    zsh   add to ~/.zshrc, after compinit: source <(tierwall completion zsh)
    fish  add to ~/.config/fish/config.fish: tierwall completion fish | source

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall completion bash
    tierwall completion fish
`
}

// Help is the long help of man.
func (manCommand) Help() string {
	return `Use it to read the help as a manual page, or to install the pages with a package.

The page is written in the format of man(7). Its text is that of --help.

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall man show | man -l -
    tierwall man diff > tierwall-diff.1
`
}

// Help is the long help of version.
func (versionCommand) Help() string {
	return `Use it to report a problem or to check an installation.

Exit codes:

    0  success

Examples:

    tierwall version
    tierwall --version
`
}
