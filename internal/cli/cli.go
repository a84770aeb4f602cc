package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"github.com/tierwall/tierwall/internal/cfn"
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
	Prove   proveCommand   `cmd:"" help:"Prove that templates carry exactly the declared traffic."`
	Show    showCommand    `cmd:"" help:"Show who can reach whom, for any template."`
	Why     whyCommand     `cmd:"" help:"Explain why a connection is carried or not."`
	Diff    diffCommand    `cmd:"" help:"Show which traffic a change of templates newly allows and denies."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// console is where a command writes.
type console struct{ out, err io.Writer }

func (c console) print(text string) error {
	_, err := io.WriteString(c.out, text)
	return err
}

// description is shown by --help.
const description = `Network security for tiered AWS architectures: what templates really carry.

A TEMPLATE is a cloud assembly (the folder cdk.out) or CloudFormation templates in JSON or YAML.
Exit codes: 0 fine, 1 findings, 2 bad usage or input.`

// Main runs the command with its arguments and returns the exit code.
func Main(args []string, stdout, stderr io.Writer) int {
	var parsed commands
	exited := -1
	parser, err := kong.New(&parsed, kong.Name("tierwall"), kong.Description(description), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(stderr, "tierwall:", err)
		return exitUsage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	context, err := parser.Parse(args)
	if exited >= 0 {
		return exited // Help was asked for and printed.
	}
	if err == nil {
		err = context.Run(console{stdout, stderr})
	}
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errFindings):
		return exitFindings
	}
	fmt.Fprintf(stderr, "tierwall: %v\n", err)
	return exitUsage
}

// templates are the flags of commands that read one set of templates.
type templates struct {
	Parameter map[string]string `short:"p" placeholder:"NAME=VALUE" help:"Value of a template parameter; NAME or STACK.NAME."`
}

func (t templates) load(paths ...string) (*cfn.Assembly, error) {
	if len(paths) == 0 {
		paths = []string{"cdk.out"}
		if _, err := os.Stat(paths[0]); err != nil {
			return nil, errors.New("there is no cdk.out here; name a cloud assembly or templates, or run cdk synth first")
		}
	}
	return cfn.Load(paths, &cfn.Options{Parameters: t.Parameter})
}
