package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/usage"
)

type usageCommand struct {
	Logs        []string `arg:"" help:"Files and folders of logs: text, JSON, gzip and Parquet."`
	Against     string   `placeholder:"PATH" default:"cdk.out" help:"Cloud assembly or architecture.yaml that declares the network."`
	Environment string   `short:"e" placeholder:"NAME" help:"The environment of the file, if it has several."`
	Network     string   `placeholder:"PATH" help:"Construct path of the network, if the assembly has several."`
	VPC         string   `name:"vpc" placeholder:"ID" help:"Id of the VPC; records of others are left out if the log has them."`
	IPv6        string   `name:"ipv6" placeholder:"BLOCK" help:"The /56 that a dual-stack network got."`
	Interfaces  string   `placeholder:"FILE" help:"Output of \"aws ec2 describe-network-interfaces\"."`
	LogFormat   string   `placeholder:"FIELDS" help:"Fields of logs without a header line. Default: AWS's default format."`
	Format      string   `enum:"text,json,markdown,csv" default:"text" help:"Output format: text, json, markdown or csv."`
	Propose     bool     `help:"Write what to remove: the file without its unused flows, or the lines of the app that declare them."`
	UnusedFor   string   `placeholder:"TIME" default:"30d" help:"How long the logs must show that a flow is unused for --propose: 30d, 4w."`
	Out         string   `short:"o" default:"-" help:"File to write, or - for standard output."`
	Force       bool     `help:"Replace the file if it exists."`
	usageSQL
}

// Run compares flow logs with a declared network.
func (u usageCommand) Run(c console) error {
	if err := u.checkSQL(); err != nil {
		return err
	}
	if u.Out != "-" && !u.Propose {
		return errors.New("--out is the file of --propose; without --propose, the output is standard output")
	}
	network, source, err := u.network(c)
	if err != nil {
		return err
	}
	if u.SQL != "" {
		return u.writeSQL(c, network)
	}
	out, err := u.read(c, network, source)
	if err != nil {
		return err
	}
	if u.Propose {
		c.progress.step("making the proposal")
		return u.propose(c, source, network.Model, out.result)
	}
	text, err := out.render(u.Format)
	if slices.ContainsFunc(out.result.Flows, func(f usage.FlowUse) bool { return f.Verdict == usage.Unused }) {
		text += c.next(append(slices.Clone(c.args), "--propose")...)
	}
	return c.finish(text, err, len(out.result.Undeclared) > 0)
}

// read reads the logs.
func (u usageCommand) read(c console, network *usage.Network, source usageSource) (usageResult, error) {
	out := usageResult{model: network.Model}
	var options flowlog.Options
	if u.LogFormat != "" {
		var err error
		if options.Format, err = flowlog.ParseFormat(u.LogFormat); err != nil {
			return out, fmt.Errorf("--log-format: %w", err)
		}
	}
	files, err := flowlog.Files(u.Logs)
	if err != nil {
		return out, err
	}
	logs := &usageLogs{accounting: usage.New(network)}
	out.result = logs.accounting.Conclude(flowlog.Read(files, options, logs.worker))
	if out.result.Logs.Records+out.result.Logs.Objects == 0 && out.result.Logs.Lost() {
		return out, fmt.Errorf("no record could be read: %s", out.result.Logs.Problems[0])
	}
	if !u.Propose {
		out.judge, out.other = judgeOf(c, source, network.Model, out.result), logs.other(c, source, out.result)
	}
	return out, nil
}

// network returns the declared network with what the flags say of it.
func (u usageCommand) network(c console) (*usage.Network, usageSource, error) {
	model, source, err := u.declared(c)
	if err != nil {
		return nil, nil, err
	}
	out := &usage.Network{Model: model, VPC: u.VPC}
	if u.IPv6 != "" {
		if out.IPv6, err = netip.ParsePrefix(u.IPv6); err != nil || !out.IPv6.Addr().Is6() || out.IPv6.Bits() != 56 {
			return nil, nil, fmt.Errorf("--ipv6: got %q; allowed is an IPv6 block with 56 bits, as in \"2001:db8:1:100::/56\"", u.IPv6)
		}
	}
	if u.Interfaces != "" {
		data, err := os.ReadFile(u.Interfaces)
		if err != nil {
			return nil, nil, err
		}
		if out.Interfaces, err = usage.ReadInterfaces(data, model, u.VPC); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", u.Interfaces, err)
		}
	}
	return out, source, nil
}

// declared returns the checked architecture of the network, and where it is declared: a cloud assembly, or the file.
func (u usageCommand) declared(c console) (*arch.Model, usageSource, error) {
	info, err := os.Stat(u.Against)
	if err != nil {
		return nil, nil, fmt.Errorf("%w; name with --against the cloud assembly or the architecture.yaml that declares the network", err)
	}
	var from usageSource = assemblySource{u.Against}
	switch {
	case info.IsDir() && !isAssembly(u.Against):
		from = fileSource{architectureFile(u.Against), u.Environment}
	case !info.IsDir() && filepath.Base(u.Against) == declarationFile:
		from = assemblySource{filepath.Dir(u.Against)}
	case !info.IsDir():
		from = fileSource{u.Against, u.Environment}
	}
	all, err := from.architectures(c, planCommand{Environment: u.Environment})
	if err != nil {
		return nil, nil, err
	}
	one, err := u.choose(all)
	if err != nil {
		return nil, nil, err
	}
	model, diags := arch.Check(one.Architecture, time.Time{}) // At the zero time, no flow has expired: logs are of the past.
	if diags.HasErrors() {
		return nil, nil, fmt.Errorf("%s:\n%s", one.name, diags.With(diag.Error))
	}
	if f, ok := from.(fileSource); ok {
		f.environment = one.name
		from = f
	}
	return model, from, nil
}

// choose returns the network or the environment that was asked for.
func (u usageCommand) choose(all []namedArchitecture) (namedArchitecture, error) {
	var names []string
	for _, a := range all {
		names = append(names, a.name)
	}
	if u.Network != "" {
		all = slices.DeleteFunc(all, func(a namedArchitecture) bool { return a.name != u.Network })
	}
	switch {
	case len(all) == 1:
		return all[0], nil
	case len(all) == 0 && u.Network != "":
		return namedArchitecture{}, fmt.Errorf("--network: there is no %q; there are %s", u.Network, strings.Join(names, ", "))
	case len(all) == 0:
		return namedArchitecture{}, errors.New("nothing is declared")
	}
	return namedArchitecture{}, fmt.Errorf("there are several: %s; choose one with --network, or an environment of a file with --environment",
		strings.Join(names, ", "))
}

// declarationFile is the file of an assembly that holds the declaration.
const declarationFile = "tierwall.json"

// Help is the long help of usage.
func (usageCommand) Help() string {
	return `Use it to find flows that nothing uses any more, and traffic that nobody declared.

LOGS are VPC flow logs, alert and flow logs of AWS Network Firewall, and logs of AWS WAF, as AWS writes them: files of S3, and exports
of CloudWatch Logs as text or JSON, in folders of any depth. Their content tells them apart. Text in any format with a header line,
gzip and Parquet are read.

    used          records show traffic that no other flow explains
    perhaps used  other flows explain all of its traffic too
    never used    no traffic in the whole period, and the logs would show it
    not seen      no traffic in the logs, but they may lack it; the reasons
                  follow

The logs would show it if no record was lost, and if the interfaces of one of the flow's tiers are covered from the first to the last
record. A list of interfaces makes this surer: "aws ec2 describe-network-interfaces > interfaces.json" and --interfaces.

For logs in S3 that are too many to read here, --sql writes a table and queries for Athena, which ask the same. LOGS is then the folder
that holds the folders of years, and the flow log must have Hive-compatible partitions:

    tierwall usage s3://BUCKET/AWSLogs/aws-account-id=ACCOUNT/aws-service=vpcflowlogs/aws-region=REGION --sql parquet --since 2026-11-01

CSV has the same answers as JSON in columns for a spreadsheet, one in each line: the column KIND says what a line is, such as a flow, an
exception, undeclared or rejected traffic, a rule of a firewall, the coverage of a tier, a gap or a problem. A text that a spreadsheet
would read as a formula begins with an apostrophe.

Flow logs name no rule, no domain and no type of ICMP. Flows that differ only in these share their traffic.

For rejected traffic, the templates say which group or network ACL stops it where the log recorded it, and what to declare if it should
pass. The templates are those of the assembly, or those that "tierwall generate" makes of the file.

Alerts are joined with the rules of firewalls in the templates, and with the flows that these serve, by the numbers of the rules. A pass
rule writes no alert, unless it says so, and is then "not visible". Connections that a firewall stopped are shown with the line that
declares them. For each rule of a web ACL, the output says for how many requests it ran and matched. A rule "never matched" only if no
filter may have dropped records.

With --propose, the output is what to remove: the architecture.yaml without its unused flows, with all other lines as they are, or the
lines of the app that declare them. Only flows that are never used are removed, and only if the logs cover --unused-for. Notes on standard
error say what was removed and kept, and why.

Exit codes:

    0  no accepted traffic that nobody declared
    1  accepted traffic that nobody declared
    2  wrong usage or input

Examples:

    tierwall usage AWSLogs --against cdk.out --interfaces interfaces.json --format csv
    tierwall usage AWSLogs --against architecture.yaml --propose --unused-for 90d --out proposed.yaml
`
}
