package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// The exit codes.
const (
	exitSuccess  = 0
	exitFindings = 1
	exitUsage    = 2 // wrong usage or wrong input
)

// errFindings is returned by a command that succeeded and has findings. Its text is never printed.
var errFindings = errors.New("findings")

// commands lists the commands, in the order of the help.
type commands struct {
	Color string `enum:"auto,always,never" default:"auto" help:"Colour text: auto (on a terminal, unless NO_COLOR is set), always or never."`

	New        newCommand        `cmd:"" help:"Write a first architecture.yaml, with comments that explain it."`
	Plan       planCommand       `cmd:"" help:"Show the full plan of an architecture.yaml or of a CDK app, or what a change does to it."`
	Generate   generateCommand   `cmd:"" help:"Write the CDK app or the templates of an architecture.yaml."`
	Import     importCommand     `cmd:"" help:"Write the architecture.yaml of CloudFormation templates, and compare what both carry."`
	Export     exportCommand     `cmd:"" help:"Write what a CDK app declares as an architecture.yaml."`
	Eject      ejectCommand      `cmd:"" help:"End the generator's ownership of an app; its code stays."`
	Schema     schemaCommand     `cmd:"" help:"Print the JSON Schema of architecture.yaml, for editors, or of what a command writes."`
	Prove      proveCommand      `cmd:"" help:"Prove that templates carry exactly the declared traffic."`
	Show       showCommand       `cmd:"" help:"Show who can reach whom in any template."`
	Draw       drawCommand       `cmd:"" help:"Draw who can reach whom, as SVG, Mermaid or draw.io."`
	Report     reportCommand     `cmd:"" help:"Write one HTML page about templates: picture, matrix, rules, findings and budgets."`
	Why        whyCommand        `cmd:"" help:"Explain step by step why a connection is carried or not."`
	Diff       diffCommand       `cmd:"" help:"Show which traffic a change of templates newly allows or denies."`
	Upgrade    upgradeCommand    `cmd:"" help:"Find changes that fail or interrupt traffic while they are deployed."`
	Usage      usageCommand      `cmd:"" help:"Compare logs with declared flows: what is used, unused, rejected or undeclared."`
	Review     reviewCommand     `cmd:"" help:"List what people should decide: flows that expire or are unused, exceptions, unknowns."`
	Response   responseCommand   `cmd:"" help:"List what an automated response blocks and isolates, with the commands that undo it."`
	SID        sidCommand        `cmd:"" name:"sid" help:"Explain a network firewall rule by its number (SID), or the rules in log lines."`
	WAF        wafCommand        `cmd:"" name:"waf" help:"Show web ACLs and the mistakes in them, or evaluate requests."`
	Firewall   firewallCommand   `cmd:"" help:"Show network firewalls, their policies and rule groups, and the mistakes in them."`
	Endpoints  endpointsCommand  `cmd:"" help:"Show VPC endpoints and the mistakes in their policies, or evaluate a call."`
	Completion completionCommand `cmd:"" help:"Print a script that completes commands and flags in bash, zsh or fish."`
	Man        manCommand        `cmd:"" help:"Print the manual page of a command."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

// console holds the standard streams of a command.
type console struct {
	in       io.Reader
	out, err io.Writer
	colors   *colors
	progress *progress
	args     []string // of the command line
	toPerson bool     // standard output is a terminal, and the format is text
}

// print writes text to standard output, without characters that control a terminal.
func (c console) print(text string) error {
	c.progress.end()
	text = printableLines(text)
	if c.colors.out {
		text = colored(text)
	}
	_, err := io.WriteString(c.out, text)
	return err
}

// file writes the content of a file to standard output. It has no colours.
func (c console) file(text string) error {
	c.progress.end()
	_, err := io.WriteString(c.out, printableLines(text))
	return err
}

// tell writes a message to standard error. It ends with a newline, however the text ends.
func (c console) tell(text string) error {
	c.progress.erase()
	text = prose(strings.TrimSuffix(text, "\n"))
	if c.colors.err {
		text = colored(text)
	}
	_, err := io.WriteString(c.err, text+"\n")
	return err
}

// write writes a text of the command's own to standard output as it is: no word of it comes from a file or an argument.
func (c console) write(text string) error {
	_, err := io.WriteString(c.out, text)
	return err
}

// finish prints the output of a command, unless err is set. It returns err, or errFindings if the command has findings.
func (c console) finish(text string, err error, hasFindings bool) error {
	if err == nil {
		err = c.print(text)
	}
	if err == nil && hasFindings {
		return errFindings
	}
	return err
}

// Main runs the command with its arguments and standard input, and returns the exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return run(args, stdin, stdout, stderr, isTerminal(stdout))
}

// run is Main. Whether standard output is a terminal is given, so that tests see what people see.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer, terminal bool) int {
	var parsed commands
	exited := -1
	c := console{stdin, stdout, stderr, &colors{}, newProgress(stderr), args, false}
	defer c.progress.end()
	c.colors.choose("auto", stdout, stderr)
	args = expandHabits(args)
	parser, err := kong.New(&parsed, kong.Name("tierwall"), kong.Description(description), kong.Writers(stdout, stderr),
		kong.Bind(c), onlyCommand(args),
		kong.Exit(func(code int) { exited = code }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Vars{"templates": templatesHelp})
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "tierwall:", err)
		return exitUsage
	}
	parser.Model.HelpFlag.Help = "Show this help."
	context, err := parser.Parse(args)
	if exited >= 0 {
		return exited // Help was asked for and printed.
	}
	if err == nil {
		c.colors.choose(parsed.Color, stdout, stderr)
		c.colors.out = c.colors.out && isText(context)
		c.toPerson = terminal && isText(context)
		err = context.Run(c)
	}
	switch {
	case err == nil:
		return exitSuccess
	case errors.Is(err, errFindings):
		return exitFindings
	}
	_ = c.tell("tierwall: " + err.Error())
	_, _ = io.WriteString(stderr, helpHint(err))
	return exitUsage
}

// isText reports whether the output of a command is for people: programs read the other formats.
func isText(context *kong.Context) bool {
	for _, flag := range context.Flags() {
		if flag.Name == "format" && flag.EnumMap()["text"] {
			return context.FlagValue(flag) == "text"
		}
	}
	return true
}

// helpHint names the help that explains an error in the command line. It is empty for other errors.
func helpHint(err error) string {
	var wrong *kong.ParseError
	if !errors.As(err, &wrong) {
		return ""
	}
	command := "tierwall"
	if node := wrong.Context.Selected(); node != nil {
		command = node.FullPath()
	}
	return fmt.Sprintf("Run \"%s --help\" for help.\n", command)
}

// expandHabits rewrites forms that people type by habit: no arguments, "help", "help COMMAND" and "--version".
func expandHabits(args []string) []string {
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
