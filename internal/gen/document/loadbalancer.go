package document

import (
	"github.com/tierwall/tierwall/internal/diag"
)

// LoadBalancer is a load balancer of an edge tier. Its key is its construct id. It is an application load balancer, or a network load
// balancer if it has Listeners.
type LoadBalancer struct {
	ID   string `yaml:"-"`
	Tier string `yaml:"tier" ref:"tier"`

	// Certificates are names of resources, or ARNs.
	Certificates []string            `yaml:"certificates,omitempty" ref:"certificate"`
	Port         int                 `yaml:"port,omitempty" is:"port"` // of the HTTPS listener; 0 is 443
	TLSPolicy    string              `yaml:"tlsPolicy,omitempty"`      // in AWS's words: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
	RedirectHTTP bool                `yaml:"redirectHTTP,omitempty"`
	To           *Target             `yaml:"to,omitempty"`
	Routes       []LoadBalancerRoute `yaml:"routes,omitempty"`
	BlueGreen    *BlueGreen          `yaml:"blueGreen,omitempty"`
	MutualTLS    *MutualTLS          `yaml:"mutualTLS,omitempty"`
	OIDC         *OIDC               `yaml:"oidc,omitempty"`
	Strictest    bool                `yaml:"strictest,omitempty"`
	IdleTimeout  int                 `yaml:"idleTimeout,omitempty"` // seconds; 0 is 60

	// Listeners, PreserveClientIP and CrossZone are of network load balancers.
	Listeners        []Listener `yaml:"listeners,omitempty"`
	PreserveClientIP bool       `yaml:"preserveClientIP,omitempty"`
	CrossZone        bool       `yaml:"crossZone,omitempty"`

	// Production protects the load balancer against deletion; nil is that of the environment.
	Production *bool         `yaml:"production,omitempty"`
	Logs       *AccessLogs   `yaml:"logs,omitempty"`
	Shield     *Shield       `yaml:"shield,omitempty"`
	At         diag.Position `yaml:"-"`
}

// ShieldID is the construct id of the load balancer's protection by Shield Advanced.
func (l LoadBalancer) ShieldID() string { return capitals(l.ID) + "Shield" }

// Target is a destination of requests.
type Target struct {
	Tier       string `yaml:"tier" ref:"tier"`
	Port       int    `yaml:"port,omitempty" is:"port"` // 0 is 443, or 80 with Plain
	Plain      bool   `yaml:"plain,omitempty"`
	IPs        bool   `yaml:"ips,omitempty"`
	HealthPath string `yaml:"healthPath,omitempty" is:"text"`
	HealthPort int    `yaml:"healthPort,omitempty" is:"port"`
}

// LoadBalancerRoute sends requests for some hosts and paths to a target.
type LoadBalancerRoute struct {
	Hosts []string `yaml:"hosts,omitempty" is:"text"`
	Paths []string `yaml:"paths,omitempty" is:"text"`
	To    Target   `yaml:"to"`
}

// BlueGreen makes a second target group.
type BlueGreen struct {
	TestPort int `yaml:"testPort,omitempty" is:"port"`
}

// MutualTLS checks the certificates of clients.
type MutualTLS struct {
	TrustStore   string `yaml:"trustStore,omitempty" ref:"trust-store"` // the name of a resource, or an ARN
	IgnoreExpiry bool   `yaml:"ignoreExpiry,omitempty"`
	Advertise    bool   `yaml:"advertise,omitempty"`
}

// OIDC is an identity provider.
type OIDC struct {
	Issuer                string `yaml:"issuer" is:"text"`
	AuthorizationEndpoint string `yaml:"authorizationEndpoint" is:"text"`
	TokenEndpoint         string `yaml:"tokenEndpoint" is:"text"`
	UserInfoEndpoint      string `yaml:"userInfoEndpoint" is:"text"`
	ClientID              string `yaml:"clientID" is:"text"`
	ClientSecret          string `yaml:"clientSecret" ref:"secret"` // the name of a resource of type secret, or an ARN
}

// Listener is a listener of a network load balancer.
type Listener struct {
	Port         int      `yaml:"port" is:"port"`
	Protocol     string   `yaml:"protocol,omitempty" enum:"tcp,udp,tcp-and-udp"` // empty is tcp
	Certificates []string `yaml:"certificates,omitempty" ref:"certificate"`
	To           Target   `yaml:"to"`
}

// AccessLogs selects where the access logs go.
type AccessLogs struct {
	// To is the name of a resource of type bucket, an ARN, or "none"; empty makes a bucket.
	To        string `yaml:"to,omitempty" ref:"bucket,none"`
	Prefix    string `yaml:"prefix,omitempty"`
	Retention int    `yaml:"retention,omitempty"` // days; 0 is 90
}

// Shield protects a load balancer with Shield Advanced.
type Shield struct {
	Response    string `yaml:"response,omitempty" enum:"count,block,off"` // count, block or off; empty is off
	HealthCheck string `yaml:"healthCheck,omitempty" is:"resource"`       // the ARN of a health check
	Name        string `yaml:"name,omitempty"`
}

// Responds reports whether Shield responds to attacks, which needs a web ACL.
func (s Shield) Responds() bool { return s.Response == "count" || s.Response == "block" }
