package deployed

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// readFirewall reads a firewall and its logs.
func (d Deployed) readFirewall(a *cfn.Assembly, r *cfn.Resource) *Firewall {
	f := &Firewall{Resource: r}
	v := r.Get("FirewallPolicyArn")
	if v.Kind == cfn.Reference {
		f.Policy = d.policy(v.Resource)
	}
	switch arn, literal := v.Literal(); {
	case f.Policy != nil:
	case v.IsMissing():
		f.fail("firewall-policy", "FirewallPolicyArn", "the firewall has no policy", "AWS requires one", "set FirewallPolicyArn")
	default:
		f.Unknown = append(f.Unknown, "the policy "+v.String()+" is not in the templates")
		if literal {
			for _, one := range networkfirewall.CheckARN(networkfirewall.PolicyARN, arn, r.Stack.Region) {
				one.Where = "FirewallPolicyArn"
				f.found = append(f.found, one)
			}
		}
	}
	if subnets, open := items(r.Get("SubnetMappings")); len(subnets) == 0 && !open && r.Get("TransitGatewayId").IsMissing() {
		f.fail("firewall-subnets", "SubnetMappings", "the firewall has no subnets", "AWS creates no endpoint, so no traffic can be routed to it",
			"add a subnet in each zone")
	}
	f.found = append(f.found, networkfirewall.CheckName("FirewallName", text(r.Get("FirewallName")))...)
	f.found = append(f.found, networkfirewall.CheckDescription(text(r.Get("Description")))...)
	f.readLogging(a)
	return f
}

// fail records a problem that AWS rejects.
func (f *Firewall) fail(kind, where, summary, detail, fix string) {
	f.found = append(f.found, networkfirewall.Problem{Kind: kind, Where: where, Summary: summary, Detail: detail, Fix: fix})
}

// readLogging finds the logging configurations of the firewall and reads them.
func (f *Firewall) readLogging(a *cfn.Assembly) {
	name, named := f.Resource.Get("FirewallName").Literal()
	open := false
	for r := range a.OfType(loggingType) {
		arn, by := r.Get("FirewallArn"), r.Get("FirewallName")
		byName, literal := by.Literal()
		switch {
		case arn.Kind == cfn.Reference && arn.Resource == f.Resource, by.Kind == cfn.Reference && by.Resource == f.Resource,
			named && literal && byName == name:
			f.Logging = append(f.Logging, r)
		case arn.Kind != cfn.Reference && !literal:
			open = true // It may be for this firewall.
		}
	}
	switch {
	case len(f.Logging) == 0 && open:
		f.Unknown = append(f.Unknown, "whether it has logs: a logging configuration does not say which firewall it belongs to")
	case len(f.Logging) == 0:
		f.found = append(f.found, networkfirewall.Problem{Kind: "logs-missing", Severity: diag.Warning,
			Summary: "the firewall has no logs in the templates",
			Detail:  "no log shows what its rules drop",
			Fix:     "add an AWS::NetworkFirewall::LoggingConfiguration with a destination for ALERT and one for FLOW"})
	case len(f.Logging) > 1:
		f.found = append(f.found, networkfirewall.Problem{Kind: "logs-twice", Severity: diag.Finding,
			Summary: "a firewall has two logging configurations",
			Detail:  fmt.Sprintf("got %s and %s; each overwrites the other", f.Logging[0], f.Logging[1]),
			Fix:     "keep one, with all destinations"})
	}
	for _, r := range f.Logging {
		f.Logs = append(f.Logs, readLogs(r)...)
	}
}

// readLogs reads one logging configuration.
func readLogs(r *cfn.Resource) []networkfirewall.Log {
	list := at(r.Get("LoggingConfiguration"), "LogDestinationConfigs")
	all, open := items(list)
	var out []networkfirewall.Log
	if open { // There may be others.
		out = append(out, networkfirewall.Log{Type: token(list), Kind: token(list)})
	}
	for _, e := range all {
		l := networkfirewall.Log{Type: text(at(e.Value, "LogType")), Kind: text(at(e.Value, "LogDestinationType")),
			Destination: map[string]string{}}
		to := at(e.Value, "LogDestination")
		if to.Kind != cfn.Map && !to.IsMissing() {
			l.Kind = token(to) // Nothing is known about it.
		}
		for _, f := range to.Fields {
			l.Destination[f.Name] = destination(f.Value)
		}
		out = append(out, l)
	}
	return out
}

// nameProperties are the properties that hold the physical names of destinations, by resource type.
var nameProperties = map[string]string{
	"AWS::Logs::LogGroup": "LogGroupName", "AWS::S3::Bucket": "BucketName", "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
}

// destination returns the name of a log destination: a token if only a deployment knows it.
func destination(v cfn.Value) string {
	if v.Kind != cfn.Reference {
		return text(v)
	}
	if v.Text == "Arn" {
		return "arn:" + token(v)
	}
	if name, ok := v.Resource.Get(nameProperties[v.Resource.Type]).Literal(); ok && v.Text == "" {
		return name
	}
	return token(v)
}

// associations reports endpoints that AWS rejects: additional endpoints of firewalls that inspect TLS.
func (d Deployed) associations(a *cfn.Assembly) diag.List {
	var out diag.List
	for r := range a.OfType(associationType) {
		v := r.Get("FirewallArn")
		for _, f := range d.Firewalls {
			if v.Kind == cfn.Reference && v.Resource == f.Resource && f.Policy != nil && f.Policy.InspectsTLS {
				out.Add(diagnostic(r, networkfirewall.Problem{Kind: "firewall-endpoint", Where: "FirewallArn",
					Summary: "a firewall that inspects TLS has an additional endpoint",
					Detail:  "AWS does not support TLS inspection together with VPC endpoint associations",
					Fix:     "use a second firewall with a policy without TLS inspection"}))
			}
		}
	}
	return out
}

// Describe says where the firewall's logs go: "ALERT to CloudWatchLogs /firewall".
func Describe(l networkfirewall.Log) string {
	var to []string
	for _, field := range []string{"logGroup", "bucketName", "prefix", "deliveryStream"} {
		if value := l.Destination[field]; value != "" {
			to = append(to, value)
		}
	}
	return strings.TrimSpace(l.Type + " to " + l.Kind + " " + strings.Join(to, "/"))
}
