package document

import "github.com/tierwall/tierwall/internal/diag"

// Inspection leads traffic through a network firewall.
type Inspection struct {
	Paths     []string `yaml:"paths" enum:"egress,ingress,east-west"`         // egress, ingress, east-west
	Mode      string   `yaml:"mode,omitempty" enum:"enforce,observe,prepare"` // enforce, observe or prepare; empty is enforce
	Strict    bool     `yaml:"strict,omitempty"`
	Midstream string   `yaml:"midstream,omitempty" enum:"reject,drop,continue"` // reject, drop or continue; empty is reject
	// Managed are groups of AWS: a name such as "AttackInfrastructure", or a name and "drop".
	Managed []ManagedGroup `yaml:"managed,omitempty"`
	// Threats are rule groups that decide before the flows.
	Threats []Threat      `yaml:"threats,omitempty"`
	Logs    *FirewallLogs `yaml:"logs,omitempty"`
	Name    string        `yaml:"name,omitempty"`
	// Production protects the firewall against deletion and changes; nil is that of the environment.
	Production *bool           `yaml:"production,omitempty"`
	Policy     *FirewallPolicy `yaml:"policy,omitempty"`
	At         diag.Position   `yaml:"-"`
}

// ManagedGroup is a group of AWS. It is written as its name, or as "NAME: drop"; a group that the product does not know has a Capacity and
// is written as a map.
type ManagedGroup struct {
	Name     string `yaml:"name"`
	Drop     bool   `yaml:"drop,omitempty"`
	Capacity int    `yaml:"capacity,omitempty"` // of a group that is not listed; 0 for those that are
}

// Threat is a rule group of one's own. Exactly one of ARN, Suricata, IPs and Domains is set. Files are relative to the folder of the file.
type Threat struct {
	ID       string `yaml:"id" is:"id"`                   // the construct id
	Suricata string `yaml:"suricata,omitempty" is:"file"` // a file of rules
	IPs      string `yaml:"ips,omitempty" is:"file"`      // a file of addresses, a feed
	Domains  string `yaml:"domains,omitempty" is:"file"`  // a file of names, a feed
	ARN      string `yaml:"arn,omitempty" is:"resource"`  // a group that exists
	Capacity int    `yaml:"capacity,omitempty"`           // 0 is unknown with ARN, and else what the rules need and room to grow
}

// FirewallPolicy are choices for the firewall's policy; nil is the policy that the product makes by default.
type FirewallPolicy struct {
	HomeNet     []string `yaml:"homeNet,omitempty" is:"block"`
	IdleTimeout int      `yaml:"idleTimeout,omitempty"`       // seconds; 0 is AWS's default
	TLS         string   `yaml:"tls,omitempty" is:"resource"` // the ARN of a TLS inspection configuration
}

// FirewallLogs are the logs of a firewall. A destination is the name of a resource of type log-group, bucket or delivery-stream, an ARN, or
// "none"; empty makes a log group.
type FirewallLogs struct {
	Alert     string `yaml:"alert,omitempty" ref:"log-group,bucket,delivery-stream,none"`
	Flow      string `yaml:"flow,omitempty" ref:"log-group,bucket,delivery-stream,none"`
	TLS       string `yaml:"tls,omitempty" ref:"log-group,bucket,delivery-stream,none"`
	Retention Days   `yaml:"retention,omitempty"`     // 0 is 90
	Key       string `yaml:"key,omitempty" ref:"key"` // the name of a resource of type key, or an ARN
}
