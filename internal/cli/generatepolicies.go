package cli

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/owned"
	"github.com/tierwall/tierwall/internal/kubernetes"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/pods"
)

// policiesFolder is the folder of policies beside the architecture.
const policiesFolder = "kubernetes"

// podFlags are the choices for policies of pods.
type podFlags struct {
	Cilium   bool     `help:"With --to kubernetes: also write policies of Cilium, which know names."`
	Baseline string   `enum:",namespace,kubernetes,eks" default:"" placeholder:"KIND" help:"With --to kubernetes: deny what no policy allows, by namespace (NetworkPolicy), kubernetes or eks (ClusterNetworkPolicy)."` //nolint:lll // a tag
	Group    []string `placeholder:"TIER=ID" sep:"none" help:"With --to kubernetes: give the pods of a tier a security group, as in Web=sg-0123456789abcdef0 or Production/Web=sg-0123456789abcdef0. Repeatable."` //nolint:lll // a tag
}

func (g generateCommand) checkPodFlags() error {
	switch {
	case g.To != "kubernetes" && (g.Cilium || g.Baseline != "" || len(g.Group) > 0):
		return errors.New("--cilium, --baseline and --group are for policies of pods: add --to kubernetes, or leave them out")
	case g.To == "kubernetes" && (g.Module != "" || g.Replace != ""):
		return errors.New("--module and --replace are for the CDK app: leave them out with --to kubernetes")
	case g.To == "kubernetes" && g.Format != "json":
		return errors.New("--format is for templates: policies are YAML, so leave it out")
	}
	return nil
}

// runPolicies writes the policies of the tiers that are pods: for each environment a folder with a file for each tier.
func (g generateCommand) runPolicies(c console, d *document.Document) error {
	if g.Out == "" {
		g.Out = filepath.Join(filepath.Dir(g.File), policiesFolder)
	}
	groups, err := g.groups(d)
	if err != nil {
		return err
	}
	var files []owned.File
	var found []environmentDiags
	c.progress.step("making policies")
	for _, e := range d.Environments {
		a := e.Document.Architecture(e)
		p, diags := plan.Make(a, time.Now())
		if p != nil {
			made, more := pods.Of(p.Model, pods.Choices{Cilium: g.Cilium, Baseline: pods.Baseline(g.Baseline), Groups: groups[e.Name]})
			diags = append(diags, more...)
			files = append(files, policyFiles(e.Name, made)...)
		}
		found = append(found, environmentDiags{e.Name, a.Network.Path, open(d, diags, a.Network.Path)})
	}
	diags := together(g.File, found)
	if refused := diags.With(diag.Error, diag.Finding); len(refused) > 0 {
		return errors.New(refused.String())
	}
	if err := warn(c, diags.String()); err != nil {
		return err
	}
	return g.writeAll(c, files, "*/*.yaml")
}

// policyFiles returns the files of an environment.
func policyFiles(environment string, p pods.Plan) []owned.File {
	var out []owned.File
	for _, t := range p.Tiers {
		out = append(out, owned.Manifest(path.Join(environment, strings.ToLower(t.ID)+"-tier.yaml"), kubernetes.Write(t.Documents)))
	}
	if len(p.Baseline) > 0 {
		out = append(out, owned.Manifest(path.Join(environment, "baseline.yaml"), kubernetes.Write(p.Baseline)))
	}
	return out
}

// groups returns the security groups of pods, by environment and tier.
func (g generateCommand) groups(d *document.Document) (map[string]map[string][]string, error) {
	out := map[string]map[string][]string{}
	for _, text := range g.Group {
		tier, id, ok := strings.Cut(text, "=")
		environment, rest, named := strings.Cut(tier, "/")
		switch {
		case !ok || tier == "" || id == "":
			return nil, fmt.Errorf("--group is %.80q: write TIER=ID, as in Web=sg-0123456789abcdef0", text)
		case named:
			tier = rest
		case len(d.Environments) > 1:
			return nil, fmt.Errorf("--group is %.80q, and there are several environments, each with groups of its own: write ENVIRONMENT/TIER=ID, "+
				"as in %s/%s", text, d.Environments[0].Name, text)
		default:
			environment = d.Environments[0].Name
		}
		if !slices.ContainsFunc(d.Environments, func(e document.Environment) bool { return e.Name == environment }) {
			return nil, fmt.Errorf("--group is %.80q, and there is no environment %.80q", text, environment)
		}
		if out[environment] == nil {
			out[environment] = map[string][]string{}
		}
		out[environment][tier] = append(out[environment][tier], id)
	}
	return out, nil
}
