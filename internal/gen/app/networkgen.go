package app

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/gen/owned"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// generate returns the code of network_gen.go without its header.
func (g *generator) generate() ([]byte, error) {
	g.checkExisting()
	makes, attach := g.make(), g.attach()
	var b strings.Builder
	b.WriteString(g.environmentCode() + "\n" + g.resourcesCode() + "\n" + g.typeCode() + "\n" + g.acknowledgedCode() + "\n")
	fmt.Fprintf(&b, "// New%s makes all that needs no resource of workloads.go. Afterwards workloads.go calls Attach.\n", g.typ)
	fmt.Fprintf(&b, "func New%s(scope constructs.Construct, env Environment) *%s {\n%sreturn s\n}\n\n", g.typ, g.typ, makes)
	b.WriteString("// Attach makes what needs resources of workloads.go, and lets the tiers use AWS services.\n")
	parameter := "r"
	if len(g.made) == 0 {
		parameter = "_"
	}
	fmt.Fprintf(&b, "func (s *%s) Attach(%s Resources) {\n%s%s}\n", g.typ, parameter, g.required(), attach)
	if g.existing {
		b.WriteString(existingCode)
	}
	if g.rules {
		b.WriteString(rulesCode)
	}
	return g.finish(b.String())
}

// make returns the body of the function that makes the network.
func (g *generator) make() string {
	g.current = &function{
		env: "env", scope: "scope", importID: "Imported", imported: map[string]string{}, names: g.shopLocals,
	}
	g.current.body.WriteString("s := &" + g.typ + "{scope: scope, env: env}\n")
	g.network()
	g.tiers()
	g.flows()
	g.exceptions()
	g.policies()
	g.acknowledged()
	g.endpoints()
	g.controls(false)
	return g.current.text(g)
}

// attach returns the body of the function that needs resources of workloads.go.
func (g *generator) attach() string {
	g.current = &function{
		env: "s.env", scope: "s.scope", importID: "ImportedToAttach", imported: map[string]string{}, names: g.shopLocals,
	}
	g.grants()
	g.restrictions()
	g.controls(true)
	return g.current.text(g)
}

// controls writes the load balancers, web ACLs and the firewall. Those that need a resource of workloads.go are deferred.
func (g *generator) controls(deferred bool) {
	for _, b := range g.doc.LoadBalancers {
		if !deferred {
			g.deferred[b.ID] = g.usesMade(b)
		}
	}
	for _, b := range g.doc.LoadBalancers {
		if g.deferred[b.ID] == deferred {
			g.balancer(b)
		}
	}
	for _, w := range g.doc.WebACLs {
		if g.webACLUsesMade(w) == deferred {
			g.webACL(w)
		}
	}
	for _, b := range g.doc.LoadBalancers {
		w, ok := g.webACLOf(b.ID)
		if (g.deferred[b.ID] || ok && g.webACLUsesMade(w)) == deferred {
			g.shield(b)
		}
	}
	if g.doc.Inspection != nil && g.inspectionUsesMade() == deferred {
		g.inspection()
	}
	g.watch(deferred)
}

// typeCode returns the type of the app.
func (g *generator) typeCode() string {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s is the network with its tiers, and what stands in front of them.\n", g.typ)
	fmt.Fprintf(&b, "type %s struct {\nNetwork *tiers.Network\n\n", g.typ)
	for _, t := range g.doc.Tiers {
		fmt.Fprintf(&b, "%s *tiers.%s\n", g.fields[t.ID], tierTypes[t.Kind])
	}
	b.WriteByte('\n')
	for _, l := range g.doc.LoadBalancers {
		typ := "Application"
		if len(l.Listeners) > 0 {
			typ = "Network"
		}
		fmt.Fprintf(&b, "%s *loadbalancer.%s\n", g.balancers[l.ID], typ)
	}
	for _, w := range g.doc.WebACLs {
		b.WriteString(g.webACLs[w.ID] + " *waf.WebACL\n")
	}
	if g.doc.Inspection != nil {
		b.WriteString("Firewall *firewall.Firewall\n")
	}
	b.WriteString(g.watchFields())
	return b.String() + "\nscope constructs.Construct\nenv Environment\n}\n"
}

// packages are the packages that network_gen.go may import, by their names.
var packages = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"os": "os", "time": "time",
		"awscdk":                    strings.TrimSuffix(cdk, "/"),
		"awsdynamodb":               cdk + "awsdynamodb",
		"awsec2":                    cdk + "awsec2",
		"awselasticloadbalancingv2": cdk + "awselasticloadbalancingv2",
		"awsiam":                    cdk + "awsiam",
		"awskms":                    cdk + "awskms",
		"awslogs":                   cdk + "awslogs",
		"awss3":                     cdk + "awss3",
		"awssecretsmanager":         cdk + "awssecretsmanager",
		"awssns":                    cdk + "awssns",
		"awssqs":                    cdk + "awssqs",
		"constructs":                "github.com/aws/constructs-go/constructs/v10",
		"jsii":                      "github.com/aws/jsii-runtime-go",
		"endpoints":                 module + "endpoints",
		"firewall":                  module + "firewall",
		"loadbalancer":              module + "tiers/loadbalancer",
		"policy":                    module + "tiers/policy",
		"logs":                      module + "tiers/logs",
		"shield":                    module + "waf/shield",
		"tiers":                     module + "tiers",
		"waf":                       module + "waf",
		"watch":                     module + "tiers/watch",
	}
})

const (
	cdk    = "github.com/aws/aws-cdk-go/awscdk/v2/"
	module = "github.com/tierwall/tierwall/"
)

// finish adds the imports and the table of lines, and formats the code.
func (g *generator) finish(code string) ([]byte, error) {
	imports, err := imports(code)
	if err != nil {
		return nil, err
	}
	formatted, err := format.Source([]byte("package main\n\n" + imports + code))
	if err != nil {
		return nil, err
	}
	return withLines(formatted, g.options.Source)
}

// imports returns the import declaration of some code.
func imports(code string) (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package main\n"+code, 0)
	if err != nil {
		return "", fmt.Errorf("the generated code does not parse: %w", err)
	}
	used := map[string]bool{module + "tiers": true}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && packages()[x.Name] != "" {
				used[packages()[x.Name]] = true
			}
		}
		return true
	})
	return importDeclaration(used), nil
}

// importDeclaration returns an import declaration in three groups: the standard library, CDK and this module.
func importDeclaration(used map[string]bool) string {
	groups := make([][]string, 3)
	for path := range used {
		group := 1
		if !strings.Contains(path, ".") {
			group = 0
		} else if strings.HasPrefix(path, module) {
			group = 2
		}
		groups[group] = append(groups[group], strconv.Quote(path)+"\n")
	}
	var parts []string
	for _, group := range groups {
		slices.Sort(group)
		if len(group) > 0 {
			parts = append(parts, strings.Join(group, ""))
		}
	}
	return "import (\n" + strings.Join(parts, "\n") + ")\n\n"
}

// A mark ends the first line of a statement while the code is written. It holds the line of the document that the statement is from.
const markFormat = "//@%d"

var mark = lazyregexp.New(` *//@(\d+)$`)

// withLines removes the marks from the code, and adds the table of lines that they say.
func withLines(code []byte, source string) ([]byte, error) {
	var entries []string
	lines := strings.Split(string(code), "\n")
	for i, line := range lines {
		m := mark.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		entries = append(entries, fmt.Sprintf("%d: %s", i+1+owned.HeaderLines, m[1]))
		lines[i] = strings.TrimSuffix(line, m[0])
	}
	table := linesComment + "\nfunc init() {\n" + fmt.Sprintf("tiers.MapLines(%q, map[int]int{\n", source)
	for chunk := range slices.Chunk(entries, 10) {
		table += strings.Join(chunk, ", ") + ",\n"
	}
	return format.Source([]byte(strings.Join(lines, "\n") + table + "})\n}\n"))
}

// linesComment begins the table of lines, which "tierwall eject" removes.
const linesComment = "\n// The lines of this file that messages name by the line of the file that they were generated from."

// Eject returns network_gen.go without what makes it the generator's: its header and the table of lines.
func Eject(code []byte) []byte {
	_, body, owned := strings.Cut(strings.ReplaceAll(string(code), "\r\n", "\n"), "\n\n")
	if !owned {
		return code
	}
	if before, _, has := strings.Cut(body, linesComment); has {
		body = before
	}
	return []byte(body)
}
