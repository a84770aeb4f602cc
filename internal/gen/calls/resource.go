package calls

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/iam"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Balancer records a load balancer, which others name by its id.
func (c *Calls) Balancer(l document.LoadBalancer, arn string) {
	if c.known == nil {
		c.known = map[string]string{}
	}
	c.known[arn] = l.ID
	c.LoadBalancers = append(c.LoadBalancers, l)
}

// Shield records a protection by Shield Advanced, with its construct path. ok is false if the resource is no load balancer of this network.
func (c *Calls) Shield(arn, path string, s document.Shield, at diag.Position) (ok bool) {
	i := slices.IndexFunc(c.LoadBalancers, func(l document.LoadBalancer) bool { return c.known[arn] == l.ID })
	if i < 0 {
		return false
	}
	l := &c.LoadBalancers[i]
	if l.Shield != nil {
		c.Cannot(at, "the load balancer "+l.ID+" has a second protection by Shield; call shield.Protect in workloads.go")
		return true
	}
	l.Shield, c.Shields = &s, append(c.Shields, path)
	return true
}

// OnlyFrom records that only the network's endpoints reach a resource.
func (c *Calls) OnlyFrom(arn, kind string, exempt []string, at diag.Position) {
	c.Resource(arn, kind)
	r := &c.Resources[slices.Index(c.texts, arn)]
	if r.OnlyFrom != nil {
		c.Cannot(at, "a "+kind+" is restricted a second time; call endpoints.OnlyFrom in workloads.go")
		return
	}
	r.OnlyFrom = &document.OnlyFrom{Exempt: exempt}
}

// Resource records a resource by its ARN, which may be a CDK token, and returns a mark that stands for its name in all texts of c.
func (c *Calls) Resource(arn, kind string) string {
	if name, ok := c.known[arn]; ok {
		return name
	}
	i := slices.Index(c.texts, arn)
	if i < 0 {
		i = len(c.texts)
		c.texts, c.Resources = append(c.texts, arn), append(c.Resources, document.Resource{Type: kind})
	}
	return "\x00" + strconv.Itoa(i) + "\x00"
}

var mark = lazyregexp.New("\x00[0-9]+\x00")

// distinct returns resources without those that have the name of an earlier one.
func distinct(resources []document.Resource) []document.Resource {
	var out []document.Resource
	for _, r := range resources {
		if !slices.ContainsFunc(out, func(o document.Resource) bool { return o.Name == r.Name }) {
			out = append(out, r)
		}
	}
	return out
}

// nameResources names the resources. Those that are the same get the same name. symbolic returns a text with symbols in place of CDK
// tokens: "${Shop/Uploads/Resource.Arn}".
func (c *Calls) nameResources(symbolic func(string) string) []document.Resource {
	out := slices.Clone(c.Resources)
	taken, named := map[string]bool{}, map[[2]string]int{}
	for i, text := range c.texts {
		arn := symbolic(text)
		key := [2]string{arn, out[i].Type}
		if first, again := named[key]; again { // Two tokens are of one resource: a secret's ARN and its value.
			out[i].Name = out[first].Name
			if out[first].OnlyFrom == nil {
				out[first].OnlyFrom = out[i].OnlyFrom
			}
			continue
		}
		named[key] = i
		name := nameOf(arn, out[i].Type, 1)
		if taken[strings.ToLower(name)] {
			name = nameOf(arn, out[i].Type, 2)
		}
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = nameOf(arn, out[i].Type, 1) + strconv.Itoa(n)
		}
		taken[strings.ToLower(name)] = true
		out[i].Name = name
		if export, ok := Import(arn); ok {
			out[i].ARN = document.ImportOf(export)
		}
		own := strings.NewReplacer(iam.OwnAccount, "${account}", iam.OwnRegion, "${region}").Replace(arn)
		if strings.HasPrefix(own, "arn:") && !strings.Contains(own, "${AWS::") && !strings.Contains(own, "/Resource.") {
			out[i].ARN = own
		}
	}
	return out
}

// Import returns the name of the export that a recorded value stands for: "${(\"Fn::ImportValue\":\"NAME\")}".
func Import(text string) (export string, ok bool) {
	symbol, begins := strings.CutPrefix(text, "${(")
	symbol, ends := strings.CutSuffix(symbol, ")}")
	export, ok = arch.ImportedExport("{" + symbol + "}")
	return export, begins && ends && ok
}

// constructPath matches the symbol of a construct: "${Shop/Uploads/Resource.Arn}".
var constructPath = lazyregexp.New(`\$\{([^}.:"]*/[^}.:"]*)[^}]*\}`)

// secretEnd is what AWS appends to the name of a secret, and unnamed is an id that names nothing.
var (
	secretEnd = lazyregexp.New(`-[A-Za-z0-9]{6}$`)
	unnamed   = lazyregexp.New(`^[0-9a-f]{8}-[0-9a-f-]{27}$`)
)

// nameOf returns a name for a resource: the last parts of its construct path, or the last part of its ARN and, for a longer name, its
// type. Other texts may be secret, so they name nothing.
func nameOf(arn, kind string, parts int) string {
	text := ""
	if export, ok := Import(arn); ok {
		text = export
	} else if m := constructPath.FindStringSubmatch(arn); m != nil {
		path := strings.Split(strings.TrimSuffix(m[1], "/Resource"), "/")
		text = strings.Join(path[max(0, len(path)-parts):], "")
	} else if strings.HasPrefix(arn, "arn:") {
		fields := strings.FieldsFunc(arn, func(r rune) bool { return r == '/' || r == ':' || r == '*' || r == '?' })
		text = fields[len(fields)-1]
		if kind == "secret" {
			text = secretEnd.ReplaceAllString(text, "")
		}
		if unnamed.MatchString(text) {
			text = ""
		}
		if parts > 1 && text != "" {
			text += "-" + kind
		}
	}
	return identifier(text, kind)
}

// identifier returns a text as a name in the file, or a word instead of a text without letters and digits.
func identifier(text, instead string) string {
	var b strings.Builder
	for _, r := range text {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-') && b.Len() < maxName {
			b.WriteRune(r)
		}
	}
	name := strings.Trim(b.String(), "-")
	switch {
	case name == "":
		return instead
	case !unicode.IsLetter(rune(name[0])):
		return instead + "-" + name
	}
	return strings.ToLower(name[:1]) + name[1:]
}

// maxName leaves room for a number.
const maxName = 40
