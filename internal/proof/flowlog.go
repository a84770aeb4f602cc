package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/policy"
	"github.com/tierwall/tierwall/internal/reach"
)

// flowLog is a flow log of the network's VPC or of one of its subnets.
type flowLog struct {
	resource *cfn.Resource
	subnet   *reach.Subnet // nil for one of the VPC
	doubt    string        // why the log may not exist, or may be of something else; empty if it surely is
}

// noteUnlogged adds notes about traffic that no flow log in the templates records. Flow logs are no control, so they are no findings. A
// declared flow log that is missing or differs is one; see compareControls.
func (n *network) noteUnlogged() {
	logs := n.flowLogs()
	if len(logs) == 0 {
		n.note("no flow log in the templates records its traffic")
		return
	}
	at := map[string][]string{} // what the notes say -> tiers
	for _, t := range n.model.Tiers {
		if t.Imported == nil && t.Kind != arch.Endpoint {
			if text := missingRecords(logs, n.partyOf[t.ID].real.Subnets); text != "" {
				at[text] = append(at[text], t.ID)
			}
		}
	}
	for text, ids := range at {
		n.note("%s at %s", text, strings.Join(ids, ", "))
	}
}

// checkLogged reports tiers with data of which a policy requires that flow logs record all traffic.
func (n *network) checkLogged() {
	logs := n.flowLogs()
	for name, tiers := range policy.Logged(n.model) {
		for _, t := range tiers {
			if t.Imported != nil {
				continue // Its owner logs its traffic.
			}
			text := missingRecords(logs, n.partyOf[t.ID].real.Subnets)
			if text == "" {
				continue
			}
			n.report.Findings = append(n.report.Findings, Finding{
				Network: n.name(), From: t.ID, To: name, Verdict: Weakened, Policy: name, At: []diag.Position{t.At},
				Reason: fmt.Sprintf("%s at %s, which holds %s data", text, t.ID, strings.Join(t.Sensitive(), " and ")),
				Fix: n.say("log all traffic with watch.FlowLogs, or acknowledge this finding with a reason",
					"log all traffic in workloads.go of the CDK app, or acknowledge this finding with a reason"),
			})
		}
	}
}

// note adds a note about the network.
func (n *network) note(format string, args ...any) {
	n.report.Notes = append(n.report.Notes, n.name()+": "+fmt.Sprintf(format, args...))
}

// flowLogs returns the flow logs that are, or may be, of the network's VPC or of subnets of its tiers.
func (n *network) flowLogs() []flowLog {
	var out []flowLog
	for r := range n.ofType("AWS::EC2::FlowLog") {
		log := flowLog{resource: r}
		switch _, known := r.Get("TrafficType").Literal(); {
		case r.Condition != "":
			log.doubt = r.String() + " may not exist: " + n.assembly.Doubt(r.Condition)
		case !known:
			log.doubt = "which traffic " + r.String() + " records is known only at deployment"
		}
		of := r.Get("ResourceId")
		switch kind := r.Get("ResourceType").String(); {
		case kind == "VPC" && n.isVPC(of):
			out = append(out, log)
		case kind == "Subnet":
			if log.subnet = n.subnetOf(of); log.subnet != nil {
				out = append(out, log)
				break
			}
			fallthrough
		case kind == "VPC":
			if !isOtherPlace(of) {
				log.doubt = "whose traffic " + r.String() + " records is known only at deployment"
				out = append(out, log)
			}
		}
	}
	return out
}

// isVPC reports whether a value is the id of the network's VPC.
func (n *network) isVPC(v cfn.Value) bool {
	if r := referred(v); r != nil {
		return r == n.vpc.Resource
	}
	return n.vpc.Resource == nil && v.String() == n.vpc.Name
}

// isOtherPlace reports whether a value that is not the id of a part of the network is surely the id of something else.
func isOtherPlace(v cfn.Value) bool {
	if r := referred(v); r != nil {
		return r.Type == "AWS::EC2::VPC" || r.Type == "AWS::EC2::Subnet"
	}
	return v.Kind == cfn.Text || v.IsMissing()
}

// subnetOf returns the subnet of a tier whose id a value is, or nil.
func (n *network) subnetOf(v cfn.Value) *reach.Subnet {
	for _, p := range n.partyOf {
		for _, s := range p.real.Subnets {
			if r := referred(v); r != nil && r == s.Resource || r == nil && s.Resource == nil && v.String() == s.Name {
				return s
			}
		}
	}
	return nil
}

// missingRecords says which traffic in the subnets of a tier has no records. It is empty if all traffic has.
func missingRecords(logs []flowLog, subnets []*reach.Subnet) string {
	found := map[records]bool{} // in the subnets
	var doubts []string
	for _, s := range subnets {
		recorded, unsure := recordsIn(s, logs)
		found[recorded] = true
		if recorded != everything {
			doubts = append(doubts, unsure...)
		}
	}
	text := "flow logs record only a part of the traffic"
	if len(found) == 1 {
		for recorded := range found {
			text = recordsText[recorded]
		}
	}
	if len(doubts) > 0 {
		slices.Sort(doubts)
		return text + ", as far as it is known (" + strings.Join(slices.Compact(doubts), "; ") + "),"
	}
	return text
}

// recordsIn returns what is surely recorded in a subnet, and why more may be.
func recordsIn(s *reach.Subnet, logs []flowLog) (recorded records, unsure []string) {
	for _, log := range logs {
		switch {
		case log.subnet != nil && log.subnet != s:
		case log.doubt != "":
			unsure = append(unsure, log.doubt)
		default:
			recorded |= recordsOf[log.resource.Get("TrafficType").Text]
		}
	}
	return recorded, unsure
}

// records is a set of kinds of traffic.
type records int

const (
	accepted records = 1 << iota
	rejected
	everything = accepted | rejected
)

// recordsOf maps AWS's names of kinds of traffic.
var recordsOf = map[string]records{"ACCEPT": accepted, "REJECT": rejected, "ALL": everything}

var recordsText = map[records]string{
	0: "no flow log records traffic", accepted: "flow logs record only accepted traffic", rejected: "flow logs record only rejected traffic",
}
