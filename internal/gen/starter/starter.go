// Package starter writes a first architecture.yaml, with comments that teach the format.
//
// It must not know what an architecture means: package document reads what it writes.
package starter

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"text/template"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Kind is an architecture to start from.
type Kind struct {
	Name    string // "three-tier"
	Summary string // what it is, in a few words
	// NeedsGateway says that the architecture has a transit gateway: Answers.Gateway is then required.
	NeedsGateway bool
}

// Kinds returns the architectures to start from.
func Kinds() []Kind {
	return []Kind{
		{Name: "three-tier", Summary: "a web shop: load balancer, web, app and database, with a web ACL and inspected egress"},
		{Name: "public-api", Summary: "a public API on Fargate, without a path to the internet"},
		{Name: "lambda-api", Summary: "Lambda functions behind API Gateway, with a database proxy"},
		{Name: "eks", Summary: "an EKS cluster: ingress, control plane, nodes and a database"},
		{Name: "internal-service", Summary: "a service for the company's network, behind a transit gateway", NeedsGateway: true},
		{Name: "batch", Summary: "jobs of AWS Batch, without anything that can be reached"},
	}
}

// KindNamed returns a kind by its name, false if there is none.
func KindNamed(name string) (Kind, bool) {
	kinds := Kinds()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

// Answers are what a first architecture depends on.
type Answers struct {
	Kind    string // the name of a Kind
	Name    string // of the architecture, "Shop"
	Region  string // "eu-west-1"
	Account string // 12 digits; empty is the account of the deployment
	CIDR    string // from /16 to /20: "10.0.0.0/16"
	Gateway string // a transit gateway, "tgw-0123456789abcdef0"; only of kinds that need one
}

//go:embed kinds/*.yaml
var files embed.FS

// Write returns the file. The error holds everything that is wrong with the answers.
func Write(a Answers) ([]byte, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	text, err := template.ParseFS(files, "kinds/"+a.Kind+".yaml")
	if err != nil {
		return nil, fmt.Errorf("read the kind %s: %w", a.Kind, err)
	}
	var b bytes.Buffer
	if err := text.Execute(&b, a); err != nil {
		return nil, fmt.Errorf("write the kind %s: %w", a.Kind, err)
	}
	return b.Bytes(), nil
}

// The forms of answers. They leave no character that means something in YAML.
var (
	nameForm    = lazyregexp.New(`^[A-Z][A-Za-z0-9]{0,63}$`)
	regionForm  = lazyregexp.New(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	accountForm = lazyregexp.New(`^[0-9]{12}$`)
	gatewayForm = lazyregexp.New(`^tgw-[0-9a-f]{8,17}$`)
)

// check returns everything that is wrong with the answers.
func (a Answers) check() error {
	kind, known := KindNamed(a.Kind)
	var wrong []error
	if !known {
		wrong = append(wrong, fmt.Errorf("kind: got %q; allowed: %s", a.Kind, strings.Join(kindNames(), ", ")))
	}
	wrong = append(wrong, CheckName(a.Name), CheckRegion(a.Region), CheckAccount(a.Account), CheckCIDR(a.CIDR))
	if kind.NeedsGateway {
		wrong = append(wrong, CheckGateway(a.Gateway))
	}
	return errors.Join(wrong...)
}

func kindNames() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	return names
}

// CheckName returns an error if an architecture cannot have the name.
func CheckName(name string) error {
	return form("name", name, nameForm, "1 to 64 letters and digits, a capital letter first, as in Shop")
}

// CheckRegion returns an error if the text is no name of a Region.
func CheckRegion(region string) error {
	return form("region", region, regionForm, "the name of a Region, as in eu-west-1")
}

// CheckAccount returns an error if the text is neither empty nor the number of an account.
func CheckAccount(account string) error {
	if account == "" {
		return nil
	}
	return form("account", account, accountForm, "12 digits, or nothing for the account of the deployment")
}

// CheckGateway returns an error if the text is no id of a transit gateway.
func CheckGateway(id string) error {
	return form("gateway", id, gatewayForm, "the id of a transit gateway, as in tgw-0123456789abcdef0")
}

// CheckCIDR returns an error if the text is no range that a network can have.
func CheckCIDR(text string) error {
	const allowed = "a private IPv4 range from /16 to /20 without host bits, as in 10.0.0.0/16"
	prefix, err := netip.ParsePrefix(text)
	if err != nil || prefix.Masked() != prefix || !prefix.Addr().Is4() || prefix.Bits() < 16 || prefix.Bits() > 20 ||
		!prefix.Addr().IsPrivate() {
		return fmt.Errorf("cidr: got %q; allowed: %s", text, allowed)
	}
	return nil
}

// form returns an error if a text has not the form of an answer.
func form(what, text string, form *lazyregexp.Regexp, allowed string) error {
	if form.MatchString(text) {
		return nil
	}
	return fmt.Errorf("%s: got %q; allowed: %s", what, text, allowed)
}
