package proxy

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan/dns"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// direct are what no client reaches through the proxy: itself, and the metadata of instances, tasks and pods.
var direct = []string{
	"localhost", "127.0.0.1", "::1", "169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23",
}

// Environment returns the environment variables that make the programs of a client use the proxy: HTTPS_PROXY, HTTP_PROXY and NO_PROXY,
// also in small letters, which some programs need. NO_PROXY has metadata addresses, the names of the AWS services that the client is
// granted, because those have endpoints in the network, and Props.Direct. It is a CDK token, whose value is known when everything is declared. A nil
// client panics.
func (p *Proxy) Environment(client tiers.Tier) *map[string]*string {
	tier := wiring.TierOf(client, "the client of a proxy", diag.Caller())
	url := p.URL()
	except := awscdk.Lazy_UncachedString(&names{p, tier.ID()}, nil)
	out := map[string]*string{"HTTPS_PROXY": &url, "HTTP_PROXY": &url, "NO_PROXY": except}
	for name := range maps.Clone(out) {
		out[strings.ToLower(name)] = out[name]
	}
	return &out
}

// names makes the value of NO_PROXY.
type names struct {
	proxy *Proxy
	tier  string
}

// Produce returns the value. CDK calls it.
func (n *names) Produce(awscdk.IResolveContext) *string {
	all := slices.Concat(direct, n.proxy.props.Direct)
	if n.proxy.model != nil {
		for _, name := range dns.ServiceNames(n.proxy.model, n.tier) {
			all = append(all, strings.TrimPrefix(name, "*"))
		}
	}
	text := strings.Join(all, ",")
	if strings.Contains(text, "${") {
		return awscdk.Fn_Sub(&text, nil)
	}
	return &text
}
