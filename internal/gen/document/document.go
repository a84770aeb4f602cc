package document

import "github.com/tierwall/tierwall/internal/diag"

// FileName is the usual name of the file.
const FileName = "architecture.yaml"

// Version is the newest version of the format.
const Version = 1

// Document is an architecture as the file states it.
type Document struct {
	// Version is the version of the format; 1.
	Version int `yaml:"version"`
	// Name names the stack and the Go type of the generated app: "Shop".
	Name    string  `yaml:"name" is:"type name"`
	Network Network `yaml:"network"`
	// Environments are the places that the architecture is deployed to, in the order of the file. There is at least one.
	Environments []Environment `yaml:"environments"`
	// Tiers, Peers, Flows and so on are in the order of the file. Each is a map in the file; the comment at a type says what its key is.
	Tiers         []Tier         `yaml:"tiers"`
	Peers         []Peer         `yaml:"peers,omitempty"`
	Flows         []Flow         `yaml:"flows"`
	Exceptions    []Flow         `yaml:"exceptions,omitempty"`
	Resources     []Resource     `yaml:"resources,omitempty"`
	Grants        []Grant        `yaml:"grants,omitempty"`
	Endpoints     *Endpoints     `yaml:"endpoints,omitempty"`
	LoadBalancers []LoadBalancer `yaml:"loadBalancers,omitempty"`
	WebACLs       []WebACL       `yaml:"webACLs,omitempty"`
	Inspection    *Inspection    `yaml:"inspection,omitempty"`
	Watch         *Watch         `yaml:"watch,omitempty"`
	// Policies judge the flows by what the tiers hold: pci-dss, no-internet-next-to-data or sensitive-data.
	Policies []string `yaml:"policies,omitempty" enum:"no-internet-next-to-data,pci-dss,sensitive-data"`
	// Acknowledged are findings that are accepted, each with a reason. They are the same in every environment.
	Acknowledged []Acknowledgment `yaml:"acknowledged,omitempty"`
}

// Environment is a place that the architecture is deployed to: an account and a Region. Its key is the name, such as "Production". What it
// says under network, peers, resources, endpoints, loadBalancers, webACLs, inspection and watch replaces what the file says there: maps
// merge, texts and lists replace. Tiers, flows, exceptions, grants, policies and what is acknowledged are the same everywhere.
type Environment struct {
	Name       string `yaml:"-"`
	Account    string `yaml:"account,omitempty" is:"account"` // 12 digits; empty is the account of the deployment
	Region     string `yaml:"region,omitempty" is:"region"`   // empty is the Region of the zones
	Production bool   `yaml:"production,omitempty"`
	// StackName is the name of the stack, with which the names of firewalls, web ACLs and log groups begin. It cannot change after the first
	// deployment. Empty is the name of the environment and that of the document: "Production-Shop".
	StackName string `yaml:"stackName,omitempty" is:"stack name"`
	// Document is the whole document as it reads in this environment. Its own Environments are nil.
	Document *Document     `yaml:"-"`
	At       diag.Position `yaml:"-"`
}
