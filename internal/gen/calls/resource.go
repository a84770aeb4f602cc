package calls

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/iam"
)

// Balancer records a load balancer, which others name by its id.
func (c *Calls) Balancer(l document.LoadBalancer, arn string) {
	if c.known == nil {
		c.known = map[string]string{}
	}
	c.known[arn] = l.ID
	c.LoadBalancers = append(c.LoadBalancers, l)
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

var mark = regexp.MustCompile("\x00[0-9]+\x00")

// nameResources names the resources. symbolic returns a text with symbols in place of CDK tokens: "${Shop/Uploads/Resource.Arn}".
func (c *Calls) nameResources(symbolic func(string) string) []document.Resource {
	out := slices.Clone(c.Resources)
	taken := map[string]bool{}
	for i, text := range c.texts {
		arn := symbolic(text)
		name := nameOf(arn, out[i].Type, 1)
		if taken[strings.ToLower(name)] {
			name = nameOf(arn, out[i].Type, 2)
		}
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = nameOf(arn, out[i].Type, 1) + strconv.Itoa(n)
		}
		taken[strings.ToLower(name)] = true
		out[i].Name = name
		own := strings.NewReplacer(iam.OwnAccount, "${account}", iam.OwnRegion, "${region}").Replace(arn)
		if strings.HasPrefix(own, "arn:") && !strings.Contains(own, "${AWS::") && !strings.Contains(own, "/Resource.") {
			out[i].ARN = own
		}
	}
	return out
}

var symbol = regexp.MustCompile(`\$\{([^}.]+)[^}]*\}`)

// secretEnd is what AWS appends to the name of a secret, and unnamed is an id that names nothing.
var (
	secretEnd = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)
	unnamed   = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f-]{27}$`)
)

// nameOf returns a name for a resource: the last parts of its construct path, or the last part of its ARN and, for a longer name, its
// type. Other texts may be secret, so they name nothing.
func nameOf(arn, kind string, parts int) string {
	text := ""
	if strings.HasPrefix(arn, "arn:") {
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
	} else if m := symbol.FindStringSubmatch(arn); m != nil {
		path := strings.Split(strings.TrimSuffix(m[1], "/Resource"), "/")
		text = strings.Join(path[max(0, len(path)-parts):], "")
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
