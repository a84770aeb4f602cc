package pods

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/kubernetes"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/pods"
)

// maxManifest is the size of an object in bytes that kubectl can apply: it keeps a copy in an annotation, and Kubernetes limits the
// annotations of an object to 256 KiB (apimachinery, TotalAnnotationSizeLimitB).
const maxManifest = 256 << 10

// fill makes the manifests, or changes those of a synthesis that failed: wiring only adds objects. The baseline waits for the policies that
// allow something.
func (p *Policies) fill(made *plan.Plan) {
	choices, ids := p.choices()
	derived, diags := pods.Of(made.Model, choices)
	for i := range diags {
		if len(diags[i].At) == 0 {
			diags[i].At = []diag.Position{p.problems.At}
		}
	}
	if p.failed = diags; diags.HasErrors() {
		return
	}
	var allowing []constructs.IDependable
	for _, t := range derived.Tiers {
		for _, d := range t.Documents {
			if m := p.apply(d, ids); m != nil {
				allowing = append(allowing, m)
			}
		}
	}
	for _, d := range derived.Baseline {
		if m := p.apply(d, ids); m != nil && len(allowing) > 0 {
			m.Node().AddDependency(allowing...)
		}
	}
}

// idOf is the id of an object's manifest: exactly that by which Kubernetes tells objects apart, which is kind, API group, namespace and
// name. A namespace has no dots.
func idOf(d kubernetes.Document) string {
	group, _, _ := strings.Cut(decode(d)["apiVersion"].(string), "/")
	kind, name, _ := strings.Cut(d.Title(), " ")
	return kind + "." + group + "." + strings.Replace(name, "/", ".", 1)
}

// apply makes the manifest of an object. It returns nil, with a message, if the cluster takes none.
func (p *Policies) apply(d kubernetes.Document, ids *strings.Replacer) (m constructs.Construct) {
	text := ids.Replace(string(d.JSON()))
	if len(text) > maxManifest {
		p.fail("pods-size", d.Title(), "a policy is too large to apply",
			fmt.Sprintf("%s has %d bytes; allowed are %d", d.Title(), len(text), maxManifest),
			"split the tier, or name blocks in place of many peers")
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			m = nil
			p.fail("pods-kubectl", "", "the cluster takes no manifests", strings.TrimSpace(fmt.Sprint(r)),
				"give the cluster KubectlProviderOptions with a KubectlLayer; an imported cluster needs its kubectl provider")
		}
	}()
	id := idOf(d)
	m, known := p.made[id]
	if !known && p.cluster.Node().TryFindChild(new("manifest-"+id)) != nil {
		p.fail("pods-taken", d.Title(), "two networks have the same policy in a cluster", d.Title(), "give the tiers other ids or namespaces")
		return nil
	}
	if !known {
		m = p.add(id, decode(d))
		p.made[id] = m
		p.applied.Add(m)
		if len(p.needed) > 0 {
			m.Node().AddDependency(p.needed...)
		}
	}
	set(m, text)
	return m
}

// decode returns the object as CDK takes it.
func decode(d kubernetes.Document) map[string]any {
	out := map[string]any{}
	if err := json.Unmarshal(d.JSON(), &out); err != nil {
		panic(fmt.Sprintf("pods: %s is no JSON: %v", d.Title(), err))
	}
	return out
}

// set makes the manifest hold exactly the text. CDK adds a label for kubectl apply --prune, which deletes no policies.
func set(m constructs.Construct, text string) {
	var c constructs.IConstruct = m
	for {
		if r, ok := c.(awscdk.CfnResource); ok {
			r.AddPropertyOverride(new("Manifest"), "["+text+"]")
			r.AddPropertyDeletionOverride(new("PruneLabel"))
			return
		}
		c = c.Node().DefaultChild()
	}
}

func (p *Policies) fail(rule, subject, summary, detail, fix string) {
	p.failed.Add(diag.Diagnostic{Rule: rule, Subject: subject, Path: p.problems.Path, Summary: summary, Detail: detail, Fix: fix,
		At: []diag.Position{p.problems.At}})
}
