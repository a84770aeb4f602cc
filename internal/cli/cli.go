package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/alecthomas/kong"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

// The exit codes.
const (
	exitFine     = 0
	exitFindings = 1
	exitUsage    = 2 // bad usage, or bad input
)

// errFindings ends a command that worked and found something.
var errFindings = errors.New("findings")

// commands are what the command line is parsed into.
type commands struct {
	Prove     proveCommand     `cmd:"" help:"Prove that templates carry exactly the declared traffic."`
	Show      showCommand      `cmd:"" help:"Show who can reach whom, for any template."`
	Why       whyCommand       `cmd:"" help:"Explain why a connection is carried or not."`
	Diff      diffCommand      `cmd:"" help:"Show which traffic a change of templates newly allows and denies."`
	Upgrade   upgradeCommand   `cmd:"" help:"Check the way from one state of templates to the next: what fails, detaches or gaps."`
	SID       sidCommand       `cmd:"" name:"sid" help:"Explain a rule of the network firewall by its number, or lines of its logs."`
	WAF       wafCommand       `cmd:"" name:"waf" help:"Show web ACLs, or say what one makes of requests."`
	Firewall  firewallCommand  `cmd:"" help:"Show network firewalls, their policies and rule groups, and what is wrong with them."`
	Endpoints endpointsCommand `cmd:"" help:"Show VPC endpoints and what is wrong with their policies, or say whether one lets a call through."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

// console is where a command writes.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// print writes text, in which nothing steers a terminal.
func (c console) print(text string) error {
	_, err := io.WriteString(c.out, lines(text))
	return err
}

// finish prints what a command made and ends it: with findings, or without.
func (c console) finish(text string, err error, found bool) error {
	if err == nil {
		err = c.print(text)
	}
	if err == nil && found {
		return errFindings
	}
	return err
}

// description is shown by --help.
const description = `Network security for tiered AWS architectures: what templates really carry.

A TEMPLATE is a cloud assembly (the folder cdk.out), a CloudFormation template in JSON or YAML, or a folder of templates.
Several templates and folders are read as stacks that refer to each other; a file's name is its stack's name.
Give values to their parameters with -p NAME=VALUE or --parameters FILE: without them, defaults are assumed and said,
conditions on them are left open, and what is not known names the flag that would tell.
Exit codes: 0 fine, 1 findings, 2 bad usage or input.`

// Main runs the command with its arguments and standard input, and returns the exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var parsed commands
	exited := -1
	parser, err := kong.New(&parsed, kong.Name("tierwall"), kong.Description(description), kong.Writers(stdout, stderr),
		kong.Bind(console{stdin, stdout, stderr}),
		kong.Exit(func(code int) { exited = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError())
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "tierwall:", err)
		return exitUsage
	}
	context, err := parser.Parse(usual(args))
	if exited >= 0 {
		return exited // Help was asked for and printed.
	}
	if err == nil {
		err = context.Run(console{stdin, stdout, stderr})
	}
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errFindings):
		return exitFindings
	}
	_, _ = fmt.Fprintf(stderr, "tierwall: %s\n", lines(err.Error()))
	return exitUsage
}

// usual takes what people write by habit: no arguments, "help", "help COMMAND" and "--version".
func usual(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version":
		return []string{"version"}
	}
	return args
}

// topology builds what an assembly carries. Where its declaration is beside it, tiers without interfaces in the templates
// are where they were declared.
func topology(a *cfn.Assembly) (*reach.Topology, error) {
	if a.Dir == "" {
		return reach.Build(a), nil
	}
	data, err := cfn.ReadIn(a.Dir, proof.FileName)
	if errors.Is(err, os.ErrNotExist) {
		return reach.Build(a), nil
	}
	var d *proof.Declaration
	if err == nil {
		d, err = proof.Decode(data)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(a.Dir, proof.FileName), err)
	}
	return proof.Topology(a, d)
}
