package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/report/suppressed"
	"github.com/tierwall/tierwall/internal/review"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/webacl"
	webacls "github.com/tierwall/tierwall/internal/webacl/deployed"
)

type reviewCommand struct {
	Input       string   `arg:"" optional:"" default:"cdk.out" help:"Cloud assembly, or architecture.yaml. Default: cdk.out."`
	Environment string   `short:"e" placeholder:"NAME" help:"An environment of the file. Default: all."`
	Network     string   `placeholder:"PATH" help:"Construct path of a network. Default: all."`
	Logs        []string `placeholder:"PATH" help:"Files and folders of VPC flow logs of one network, as for tierwall usage."`
	Within      int      `placeholder:"DAYS" default:"30" help:"How many days ahead flows that expire are listed. Default: 30."`
	Format      string   `enum:"text,json,markdown" default:"text" help:"Output format: text, json or markdown."`
}

// Run lists what people should decide.
func (r reviewCommand) Run(c console) error {
	if r.Within < 0 {
		return fmt.Errorf("--within: got %d; allowed are 0 and more days", r.Within)
	}
	declared, err := r.declared(c)
	if err != nil {
		return err
	}
	if len(r.Logs) > 0 && len(declared) > 1 {
		_, err := usageCommand{}.choose(declared)
		return err
	}
	known := review.Input{Today: time.Now().UTC(), Within: r.Within}
	if err := r.templates(c, &known); err != nil {
		return err
	}
	var out reviewResult
	for _, one := range declared {
		in := known
		if err := r.know(&in, one); err != nil {
			return err
		}
		out = append(out, networkReview{one.name, in.Today.Format(time.DateOnly), review.Topics(in)})
	}
	text, err := out.render(r.Format)
	return c.finish(text, err, out.overdue())
}

// declared returns the architectures that were asked for.
func (r reviewCommand) declared(c console) ([]namedArchitecture, error) {
	info, err := os.Stat(r.Input)
	if err != nil {
		return nil, fmt.Errorf("%w; name the cloud assembly or the architecture.yaml that declares the network", err)
	}
	reader := planCommand{Environment: r.Environment}
	var all []namedArchitecture
	if info.IsDir() && isAssembly(r.Input) {
		all, err = reader.ofAssembly(c, r.Input)
	} else {
		all, err = reader.ofFile(c, architectureFile(r.Input))
	}
	if err != nil || r.Network == "" {
		return all, err
	}
	one, err := usageCommand{Network: r.Network}.choose(all)
	return []namedArchitecture{one}, err
}

// templates proves the templates of the input, and reads their controls and what the app acknowledges. A file has no templates.
func (r reviewCommand) templates(c console, in *review.Input) error {
	if info, err := os.Stat(r.Input); err != nil || !info.IsDir() || !isAssembly(r.Input) {
		return err
	}
	c.progress.step("proving")
	a, err := cfn.Load([]string{r.Input}, &cfn.Options{})
	if err != nil {
		return err
	}
	declared, err := declarationBeside(a)
	if err != nil {
		return err
	}
	if in.Proof, err = proof.Prove(a, declared); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(r.Input, proof.FileName), err)
	}
	in.Controls = &review.Controls{WebACLs: map[string]webacl.ACL{}, Policies: map[string]networkfirewall.Policy{}}
	found, _ := webacls.Read(a)
	for _, w := range found {
		in.Controls.WebACLs[w.Resource.String()] = w.ACL
	}
	for _, p := range firewalls.Read(a).Policies {
		in.Controls.Policies[p.Resource.String()] = *p.Policy
	}
	in.Controls.Scopes, in.Controls.Rules = checksOf(a)
	in.Acknowledged, err = suppressed.Read(r.Input)
	return err
}

// checksOf returns the access scopes of templates with what their findings mean, and the rules of AWS Config.
func checksOf(a *cfn.Assembly) (scopes map[string]string, rules []string) {
	scopes = map[string]string{}
	for r := range a.OfType("AWS::EC2::NetworkInsightsAccessScope") {
		meaning := ""
		for _, tag := range r.Get("Tags").Items {
			if key, _ := tag.Get("Key").Literal(); key == "Finding" {
				meaning, _ = tag.Get("Value").Literal()
			}
		}
		scopes[r.Name()] = meaning
	}
	for r := range a.OfType("AWS::Config::ConfigRule") {
		rules = append(rules, r.Name())
	}
	return scopes, rules
}

// know adds what the declaration of a network and its flow logs say.
func (r reviewCommand) know(in *review.Input, one namedArchitecture) error {
	made, diags := plan.Make(one.Architecture, in.Today)
	if diags.HasErrors() {
		return fmt.Errorf("%s:\n%s", one.name, diags.With(diag.Error))
	}
	in.Widenings = made.Widenings
	model, diags := arch.Check(one.Architecture, time.Time{}) // At the zero time, no flow has expired.
	if diags.HasErrors() {
		return fmt.Errorf("%s:\n%s", one.name, diags.With(diag.Error))
	}
	in.Model = model
	if len(r.Logs) == 0 {
		return nil
	}
	files, err := flowlog.Files(r.Logs)
	if err != nil {
		return err
	}
	accounting := usage.New(&usage.Network{Model: model})
	in.Usage = accounting.Conclude(flowlog.Read(files, flowlog.Options{}, accounting.Worker))
	if in.Usage.Logs.Records == 0 && in.Usage.Logs.Lost() {
		return fmt.Errorf("no record could be read: %s", in.Usage.Logs.Problems[0])
	}
	return nil
}

// Help is the long help of review.
func (reviewCommand) Help() string {
	return `Use it once a month: it lists what people should decide about a network. Expired flows, differences between the templates and the
declaration, and accepted traffic that no flow declares are overdue. Then come flows that expire soon, flows that nothing used,
exceptions with their owners, what the templates do not say, what controls let through beyond the flows, checks of what is deployed, and
groups of rules that AWS changes.

A topic about which nothing is known says so: without --logs it is not known which flows are used, and an architecture.yaml has no
templates to prove.

Exit codes:

    0  nothing is overdue
    1  something is overdue
    2  wrong usage or input

Examples:

    tierwall review
    tierwall review cdk.out --logs AWSLogs --format markdown
`
}
