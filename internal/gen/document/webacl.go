package document

import "github.com/tierwall/tierwall/internal/diag"

// WebACL is a web ACL in front of a tier. Its key is its construct id.
type WebACL struct {
	ID   string `yaml:"-"`
	Tier string `yaml:"tier" ref:"tier"`
	// Resource is what the web ACL protects: the id of a load balancer, the name of a resource of type load-balancer, or an ARN.
	Resource string `yaml:"resource,omitempty" ref:"load-balancer"`
	Mode     string `yaml:"mode,omitempty" enum:"enforce,observe"` // enforce or observe; empty is enforce

	// Ports to SQL are what the tier serves.
	Ports        []int      `yaml:"ports,omitempty" is:"port"`
	Hosts        []string   `yaml:"hosts,omitempty"`
	Routes       []WebRoute `yaml:"routes,omitempty"`
	Admin        *Admin     `yaml:"admin,omitempty"`
	Login        []string   `yaml:"login,omitempty"`
	LoginLimit   int        `yaml:"loginLimit,omitempty"`
	Uploads      []string   `yaml:"uploads,omitempty"`
	Technologies []string   `yaml:"technologies,omitempty" enum:"linux,windows,php,wordpress,java"` // linux, windows, php, wordpress, java
	SQL          string     `yaml:"sql,omitempty" enum:"by-flows,behind,none"`                      // empty is by-flows

	ClientAddress     string        `yaml:"clientAddress,omitempty"` // a header
	Origin            *Origin       `yaml:"origin,omitempty"`
	Countries         []string      `yaml:"countries,omitempty" is:"country"`
	BlockedCountries  []string      `yaml:"blockedCountries,omitempty" is:"country"`
	BlockedSources    []string      `yaml:"blockedSources,omitempty" ref:"block"` // blocks, or names of peers that are blocks
	RateLimit         Limit         `yaml:"rateLimit,omitempty"`
	RateLimits        []Rate        `yaml:"rateLimits,omitempty"`
	Exceptions        []CountedRule `yaml:"exceptions,omitempty"`
	BlockAnonymousIPs bool          `yaml:"blockAnonymousIPs,omitempty"`
	BotControl        bool          `yaml:"botControl,omitempty"`
	AntiDDoS          bool          `yaml:"antiDDoS,omitempty"`
	ShieldResponse    bool          `yaml:"shieldResponse,omitempty"`
	Logs              *WebACLLogs   `yaml:"logs,omitempty"`
	Name              string        `yaml:"name,omitempty"`
	At                diag.Position `yaml:"-"`
}

// Limit is a number of requests in five minutes; 0 is the default, and -1, written as "none", is no limit.
type Limit int

// Days is how long a new log group keeps its events, a number of days that CloudWatch Logs has; 0 is the default, and -1, written as
// "unlimited", is no end.
type Days int

// WebRoute is a path and its methods. Its key is the path; its value is a list of methods, or "any".
type WebRoute struct {
	Path    string   `yaml:"-"`
	Methods []string `yaml:"-"` // nil is any
}

// Admin are paths that only some sources may request.
type Admin struct {
	Paths []string `yaml:"paths"`
	From  []string `yaml:"from,omitempty" ref:"block"` // blocks, or names of peers that are blocks; none blocks the paths for everybody
}

// Origin is a secret header of a content delivery network.
type Origin struct {
	Header  string   `yaml:"header"`
	Secrets []string `yaml:"secrets" ref:"secret"` // names of resources of type secret, or their ARNs; one or two
}

// Rate is a further limit. Its key is its name.
type Rate struct {
	Name   string   `yaml:"-"`
	Paths  []string `yaml:"paths,omitempty"`
	Limit  int      `yaml:"limit"`
	Window int      `yaml:"window,omitempty"` // seconds: 60, 120, 300 or 600; 0 is 300
}

// CountedRule is a rule of an AWS group that counts instead of blocking. Its key is "GROUP RULE", its value the reason.
type CountedRule struct {
	Group  string `yaml:"-"` // "AWSManagedRulesCommonRuleSet"
	Rule   string `yaml:"-"`
	Reason string `yaml:"-"`
}

// WebACLLogs are the logs of a web ACL.
type WebACLLogs struct {
	// To is the name of a resource of type log-group, bucket or delivery-stream, an ARN, or "none"; empty makes a log group.
	To                string      `yaml:"to,omitempty" ref:"log-group,bucket,delivery-stream,none"`
	Retention         Days        `yaml:"retention,omitempty"`     // 0 is 90
	Key               string      `yaml:"key,omitempty" ref:"key"` // the name of a resource of type key, or an ARN
	RedactHeaders     *[]string   `yaml:"redactHeaders,omitempty"` // nil is authorization and cookie
	RedactQueryString bool        `yaml:"redactQueryString,omitempty"`
	RedactPath        bool        `yaml:"redactPath,omitempty"`
	Filters           []LogFilter `yaml:"filters,omitempty"`
	DropRest          bool        `yaml:"dropRest,omitempty"`
}

// LogFilter says whether some requests are logged.
type LogFilter struct {
	Drop    bool     `yaml:"drop,omitempty"`
	Actions []string `yaml:"actions,omitempty" enum:"ALLOW,BLOCK,COUNT,CAPTCHA,CHALLENGE,EXCLUDED_AS_COUNT"` // in AWS's words
	Labels  []string `yaml:"labels,omitempty"`
	All     bool     `yaml:"all,omitempty"`
}
