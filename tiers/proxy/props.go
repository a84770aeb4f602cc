package proxy

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Engine is the software that a proxy runs.
type Engine int

// The engines.
const (
	// Squid is the zero Engine: Squid 5 or later with OpenSSL.
	Squid Engine = iota
	// NetworkFirewall is the proxy of AWS Network Firewall (NAT/Proxy). It is an error: CloudFormation has no resource type and no property
	// for it.
	NetworkFirewall
)

// Props are the properties of a proxy.
type Props struct {
	// Engine is the software; the zero Engine is Squid.
	Engine Engine
	// Repository holds the image, in Amazon ECR. It is required. The Dockerfile of this package makes the image.
	Repository awsecr.IRepository
	// Digest pins the image: "sha256:" and 64 hexadecimal digits. It is required.
	Digest string
	// Port is the port on which clients connect, 1024 to 65535; 0 means 3128.
	Port int
	// Tasks is the number of tasks, from 1 to 100; 0 means 2, which ECS spreads over the zones.
	Tasks int
	// Namespace is the private DNS name under which clients find the proxy, as squid.NAMESPACE. It is unique in the VPC. Empty means the id
	// of the proxy in lower case, and ".internal".
	Namespace string
	// Uninspected declares the proxy's flows to tiers.Internet, for a network whose egress no network firewall inspects. Squid alone then
	// checks names: whoever takes over a task reaches every address on the declared ports. Otherwise the flows are to tiers.Domain.
	Uninspected bool
	// Direct are further names that clients reach without the proxy, as NO_PROXY has them.
	Direct []string
	// Retention is how long the log group keeps the access log; empty means THREE_MONTHS, 90 days.
	Retention awslogs.RetentionDays
}

// The limits of properties.
const (
	defaultPort  = 3128
	defaultTasks = 2
	maxTasks     = 100
)

var (
	digest     = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)
	directName = lazyregexp.New(`^[A-Za-z0-9.:/_-]+$`)
)

// check completes the properties, and records what is wrong with them.
func (p *Proxy) check(id string) {
	at, add := p.problems.At, p.problems.Add
	if p.props.Engine != Squid {
		detail := fmt.Sprintf("got Engine(%d)", p.props.Engine)
		if p.props.Engine == NetworkFirewall {
			detail = "the proxy of AWS Network Firewall (NAT/Proxy) has no resource type and no property in CloudFormation"
		}
		add("proxy-engine", "the engine of the proxy is not possible", detail, "leave out Engine, which means proxy.Squid", at)
	}
	if p.props.Repository == nil {
		add("proxy-image", "the proxy has no image", "Repository is nil",
			"push an image made with the package's Dockerfile, and set Repository", at)
	}
	if !digest.MatchString(p.props.Digest) {
		add("proxy-image", "the image of the proxy is not pinned", fmt.Sprintf("Digest is %.80q", p.props.Digest),
			`set Digest to the image's digest, "sha256:" and 64 hexadecimal digits`, at)
	}
	if p.props.Port == 0 {
		p.props.Port = defaultPort
	}
	if p.props.Port < 1024 || p.props.Port > 65535 {
		add("proxy-port", "the port of the proxy is not possible",
			fmt.Sprintf("got %d; allowed are 1024 to 65535, because Squid does not run as root", p.props.Port),
			"leave out Port, which means 3128", at)
		p.props.Port = defaultPort
	}
	if p.props.Tasks == 0 {
		p.props.Tasks = defaultTasks
	}
	if p.props.Tasks < 1 || p.props.Tasks > maxTasks {
		add("proxy-tasks", "the number of tasks is not possible", fmt.Sprintf("got %d; allowed are 1 to %d", p.props.Tasks, maxTasks), "", at)
	}
	if p.props.Namespace == "" {
		p.props.Namespace = strings.ToLower(id) + ".internal"
	}
	p.checkNamespace()
	for _, name := range p.props.Direct {
		if !directName.MatchString(name) {
			add("proxy-direct", "a name in Direct is not usable", fmt.Sprintf("got %.80q", name),
				"write one host name, suffix or address for each entry, without commas and spaces", at)
		}
	}
}

// checkNamespace reports a namespace that is no name, or that another proxy of the network has. Amazon Route 53 rejects a second private
// zone of a name in a VPC (Amazon Route 53 API Reference, CreateHostedZone, ConflictingDomainExists).
func (p *Proxy) checkNamespace() {
	name, err := arch.ParseDomain(p.props.Namespace)
	if err != nil || strings.HasPrefix(name, ".") {
		p.problems.Add("proxy-namespace", "the namespace of the proxy is not possible", fmt.Sprintf("got %.80q", p.props.Namespace),
			`set Namespace to a name such as "proxy.internal"`, p.problems.At)
		p.props.Namespace = "proxy.internal"
		return
	}
	if first, taken := p.core.Network().TakeZone(name, p.problems.At); taken {
		p.problems.Put(diag.Diagnostic{
			Rule: "proxy-namespace", Summary: "two proxies of the network have the same namespace",
			Detail: fmt.Sprintf("both have %q, and a VPC can have one private DNS zone of a name", name),
			Fix:    "set Namespace of one of them to another name", At: []diag.Position{p.problems.At, first},
		})
	}
}
