package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/starter"
	"github.com/tierwall/tierwall/internal/texttable"
)

type newCommand struct {
	Kind    string `arg:"" optional:"" help:"Architecture to start from: three-tier, public-api, lambda-api, eks, internal-service or batch."`
	Name    string `help:"Name of the architecture, such as Shop."`
	Region  string `help:"AWS Region, such as eu-west-1."`
	Account string `help:"AWS account of the environment, 12 digits. Default: the account of the deployment."`
	CIDR    string `name:"cidr" help:"IPv4 range of the network. Default: 10.0.0.0/16."`
	Gateway string `help:"Transit gateway of an internal-service, such as tgw-0123456789abcdef0."`
	Out     string `short:"o" default:"architecture.yaml" help:"File to write, or - for standard output."`
	Force   bool   `help:"Replace the file if it exists."`
}

// defaultCIDR is the range of a network whose user has not chosen one.
const defaultCIDR = "10.0.0.0/16"

// Run writes the file. It asks for what the flags leave out, if there is a terminal to answer.
func (n newCommand) Run(c console) error {
	a := starter.Answers{Kind: n.Kind, Name: n.Name, Region: n.Region, Account: n.Account, CIDR: n.CIDR, Gateway: n.Gateway}
	if err := n.missing(); err != nil {
		if !isTerminal(c.in) {
			return err
		}
		if err := ask(c, &a); err != nil {
			return err
		}
	}
	a.CIDR = cmp.Or(a.CIDR, defaultCIDR)
	text, err := starter.Write(a)
	if err != nil {
		return err
	}
	if n.Out == "-" {
		return c.file(string(text))
	}
	if err := writeFile(n.Out, text, n.Force); err != nil {
		return err
	}
	return c.print("wrote " + n.Out + "\n" + c.next("plan", n.Out))
}

// missing returns an error if a flag is missing that nobody can be asked for.
func (n newCommand) missing() error {
	if n.Kind != "" && n.Name != "" && n.Region != "" {
		return nil
	}
	return errors.New("KIND, --name and --region are required where no terminal can answer, as in " +
		"\"tierwall new three-tier --name Shop --region eu-west-1\"\nThe kinds:\n" + kindList())
}

// kindList lists the kinds, one a line.
func kindList() string {
	var rows [][]string
	for _, k := range starter.Kinds() {
		rows = append(rows, []string{"  " + k.Name, k.Summary})
	}
	return texttable.Layout{Gap: 2}.Format(rows)
}

// prompt is one question of the dialogue.
type prompt struct {
	text     string
	answer   *string
	fallback string // of an empty answer
	check    func(string) error
}

// ask asks for the answers that are missing, each until it is valid.
func ask(c console, a *starter.Answers) error {
	in := bufio.NewReader(c.in)
	if a.Kind == "" {
		if err := askKind(c, in, &a.Kind); err != nil {
			return err
		}
	}
	questions := []prompt{
		{"Name of the architecture", &a.Name, "Shop", starter.CheckName},
		{"AWS Region", &a.Region, "eu-west-1", starter.CheckRegion},
		{"AWS account, empty for the account of the deployment", &a.Account, "", starter.CheckAccount},
		{"IPv4 range of the network", &a.CIDR, defaultCIDR, starter.CheckCIDR},
	}
	if kind, ok := starter.KindNamed(a.Kind); ok && kind.NeedsGateway {
		questions = append(questions, prompt{"Transit gateway", &a.Gateway, "", starter.CheckGateway})
	}
	for _, q := range questions {
		if err := q.ask(c, in); err != nil {
			return err
		}
	}
	return nil
}

// askKind asks for a kind by its number or name.
func askKind(c console, in *bufio.Reader, kind *string) error {
	var rows [][]string
	for i, k := range starter.Kinds() {
		rows = append(rows, []string{fmt.Sprintf("  %d", i+1), k.Name, k.Summary})
	}
	_, _ = io.WriteString(c.err, "Architectures:\n"+texttable.Layout{Gap: 2}.Format(rows))
	q := prompt{"Number or name", kind, "1", func(string) error {
		kinds := starter.Kinds()
		if i, err := strconv.Atoi(*kind); err == nil && i >= 1 && i <= len(kinds) {
			*kind = kinds[i-1].Name
		}
		if _, ok := starter.KindNamed(*kind); !ok {
			return fmt.Errorf("kind: got %q; answer with a number from 1 to %d, or a name", *kind, len(kinds))
		}
		return nil
	}}
	return q.ask(c, in)
}

// ask asks until the answer is valid. An answer that a flag gave is not asked for.
func (q prompt) ask(c console, in *bufio.Reader) error {
	if *q.answer != "" {
		return q.check(*q.answer)
	}
	for {
		_, _ = fmt.Fprintf(c.err, "%s%s: ", q.text, bracketed(q.fallback))
		line, err := in.ReadString('\n')
		if err != nil {
			return fmt.Errorf("the answer to %q is missing: %w; answer, or set it with a flag", q.text, err)
		}
		*q.answer = cmp.Or(strings.TrimSpace(line), q.fallback)
		wrong := q.check(*q.answer)
		if wrong == nil {
			return nil
		}
		_, _ = io.WriteString(c.err, printableLines(wrong.Error()+"\n"))
		*q.answer = ""
	}
}

func bracketed(fallback string) string {
	if fallback == "" {
		return ""
	}
	return " [" + fallback + "]"
}

// Help is the long help of new.
func (newCommand) Help() string {
	return `Use it to start an architecture from a file instead of Go code. It writes a first ` + document.FileName + ` with comments
that explain the format.

On a terminal the command asks for what the flags leave out. Elsewhere KIND, --name and --region are required.

` + "Kinds:\n\n" + indented(kindList()) + `
Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall new
    tierwall new three-tier --name Shop --region eu-west-1
`
}

// indented indents lines that help prints as they are.
func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}
