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
	Logs        []string `arg:"" help:"Files and folders of VPC flow logs: text, gzip and Parquet."`
	Against     string   `placeholder:"PATH" default:"cdk.out" help:"Cloud assembly or architecture.yaml that declares the network."`
	Environment string   `short:"e" placeholder:"NAME" help:"The environment of the file, if it has several."`
	Network     string   `placeholder:"PATH" help:"Construct path of the network, if the assembly has several."`
	VPC         string   `name:"vpc" placeholder:"ID" help:"Id of the VPC; records of others are left out if the log has them."`
	IPv6        string   `name:"ipv6" placeholder:"BLOCK" help:"The /56 that a dual-stack network got."`
	Interfaces  string   `placeholder:"FILE" help:"Output of \"aws ec2 describe-network-interfaces\"."`
	LogFormat   string   `placeholder:"FIELDS" help:"Fields of logs without a header line. Default: AWS's default format."`
	Format      string   `enum:"text,json,markdown,csv" default:"text" help:"Output format: text, json, markdown or csv."`
}

// Run compares flow logs with a declared network.
func (u usageCommand) Run(c console) error {
	network, err := u.network(c)
	if err != nil {
		return err
	}
	var options flowlog.Options
	if u.LogFormat != "" {
		if options.Format, err = flowlog.ParseFormat(u.LogFormat); err != nil {
			return fmt.Errorf("--log-format: %w", err)
		}
	}
	files, err := flowlog.Files(u.Logs)
	if err != nil {
		return err
	}
	accounting := usage.New(network)
	result := accounting.Conclude(flowlog.Read(files, options, accounting.Worker))
	if result.Logs.Records == 0 && result.Logs.Lost() {
		return fmt.Errorf("no record could be read: %s", result.Logs.Problems[0])
	}
	text, err := usageResult{network.Model, result}.render(u.Format)
	return c.finish(text, err, len(result.Undeclared) > 0)
}

// network returns the declared network with what the flags say of it.
func (u usageCommand) network(c console) (*usage.Network, error) {
	model, err := u.model(c)
	if err != nil {
		return nil, err
	}
	out := &usage.Network{Model: model, VPC: u.VPC}
	if u.IPv6 != "" {
		if out.IPv6, err = netip.ParsePrefix(u.IPv6); err != nil || !out.IPv6.Addr().Is6() || out.IPv6.Bits() != 56 {
			return nil, fmt.Errorf("--ipv6: got %q; allowed is an IPv6 block with 56 bits, as in \"2001:db8:1:100::/56\"", u.IPv6)
		}
	}
	if u.Interfaces != "" {
		data, err := os.ReadFile(u.Interfaces)
		if err != nil {
			return nil, err
		}
		if out.Interfaces, err = usage.ReadInterfaces(data, model, u.VPC); err != nil {
			return nil, fmt.Errorf("%s: %w", u.Interfaces, err)
		}
	}
	return out, nil
}

// model returns the checked architecture of the network.
func (u usageCommand) model(c console) (*arch.Model, error) {
	info, err := os.Stat(u.Against)
	if err != nil {
		return nil, fmt.Errorf("%w; name with --against the cloud assembly or the architecture.yaml that declares the network", err)
	}
	if !info.IsDir() && filepath.Base(u.Against) == declarationFile {
		u.Against = filepath.Dir(u.Against)
		info, err = os.Stat(u.Against)
	}
	if err != nil {
		return nil, err
	}
	reader := planCommand{Environment: u.Environment}
	declared := reader.ofAssembly
	if !info.IsDir() {
		declared = reader.ofFile
	}
	all, err := declared(c, u.Against)
	if err != nil {
		return nil, err
	}
	one, err := u.choose(all)
	if err != nil {
		return nil, err
	}
	model, diags := arch.Check(one.Architecture, time.Time{}) // At the zero time, no flow has expired: logs are of the past.
	if diags.HasErrors() {
		return nil, fmt.Errorf("%s:\n%s", one.name, diags.With(diag.Error))
	}
	return model, nil
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

LOGS are VPC flow logs as AWS writes them: files of S3, exports of CloudWatch Logs, in folders of any depth. Text in any format with
a header line, gzip and Parquet are read.

    used          records show traffic that no other flow explains
    perhaps used  other flows explain all of its traffic too
    never used    no traffic in the whole period, and the logs would show it
    not seen      no traffic in the logs, but they may lack it; the reasons
                  follow

The logs would show it if no record was lost, and if the interfaces of one of the flow's tiers are covered from the first to the last
record. A list of interfaces makes this surer: "aws ec2 describe-network-interfaces > interfaces.json" and --interfaces.

Flow logs name no rule, no domain and no type of ICMP. Flows that differ only in these share their traffic.

Exit codes:

    0  no accepted traffic that nobody declared
    1  accepted traffic that nobody declared
    2  wrong usage or input

Examples:

    tierwall usage AWSLogs
    tierwall usage AWSLogs --against cdk.out --interfaces interfaces.json --format csv
`
}
