package response

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// finding is a finding of GuardDuty, as EventBridge carries it (Amazon GuardDuty User Guide, "Processing GuardDuty findings with Amazon
// EventBridge"; AWS SDK for Go, package guardduty, type Finding).
type finding struct {
	ID        string  `json:"id"`
	Type      string  `json:"type"`
	Severity  float64 `json:"severity"`
	AccountID string  `json:"accountId"`
	Region    string  `json:"region"`
	UpdatedAt string  `json:"updatedAt"`
	Resource  struct {
		InstanceDetails *struct {
			InstanceID        string `json:"instanceId"`
			NetworkInterfaces []struct {
				VPCID string `json:"vpcId"`
			} `json:"networkInterfaces"`
		} `json:"instanceDetails"`
	} `json:"resource"`
	Service struct {
		Archived       bool            `json:"archived"`
		ResourceRole   string          `json:"resourceRole"`
		EventLastSeen  string          `json:"eventLastSeen"`
		AdditionalInfo json.RawMessage `json:"additionalInfo"`
		Action         struct {
			NetworkConnection *struct {
				Direction string `json:"connectionDirection"`
				remote
			} `json:"networkConnectionAction"`
			PortProbe *struct {
				Details []remote `json:"portProbeDetails"`
			} `json:"portProbeAction"`
			APICall        *remote `json:"awsApiCallAction"`
			KubernetesCall *remote `json:"kubernetesApiCallAction"`
			RDSLogin       *remote `json:"rdsLoginAttemptAction"`
		} `json:"action"`
	} `json:"service"`
}

type remote struct {
	Remote struct {
		V4 string `json:"ipAddressV4"`
		V6 string `json:"ipAddressV6"`
	} `json:"remoteIpDetails"`
}

// remotes are the far ends of the finding. A connection that our side opened has a victim at its far end, or a target of ours.
func (f finding) remotes() []remote {
	a := f.Service.Action
	switch {
	case a.NetworkConnection != nil && a.NetworkConnection.Direction == "INBOUND":
		return []remote{a.NetworkConnection.remote}
	case a.PortProbe != nil:
		return a.PortProbe.Details
	case a.APICall != nil:
		return []remote{*a.APICall}
	case a.KubernetesCall != nil:
		return []remote{*a.KubernetesCall}
	case a.RDSLogin != nil:
		return []remote{*a.RDSLogin}
	}
	return nil
}

// sample reports whether somebody made the finding to see what findings look like. GuardDuty has two forms of additional information.
func (f finding) sample() bool {
	var info struct {
		Sample bool   `json:"sample"`
		Value  string `json:"value"`
	}
	if json.Unmarshal(f.Service.AdditionalInfo, &info) != nil {
		return false
	}
	var inner struct {
		Sample bool `json:"sample"`
	}
	return info.Sample || json.Unmarshal([]byte(info.Value), &inner) == nil && inner.Sample
}

// time is when the finding was last seen. It makes repeated findings last longer, and an old one that comes late no longer.
func (f finding) time() (time.Time, error) {
	for _, text := range []string{f.Service.EventLastSeen, f.UpdatedAt} {
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return t.UTC().Truncate(time.Second), nil
		}
	}
	return time.Time{}, fmt.Errorf("the finding has no valid time: %q", cleanText(f.UpdatedAt))
}

func (c Config) finding(detail []byte) (Outcome, error) {
	var f finding
	var out Outcome
	if err := json.Unmarshal(detail, &f); err != nil {
		return out, fmt.Errorf("the finding of GuardDuty is malformed: %w", err)
	}
	if f.ID == "" || f.Type == "" {
		return out, errors.New("the finding of GuardDuty has no id or no type")
	}
	at, err := f.time()
	if err != nil {
		return out, err
	}
	rule, why := c.ruleFor(f)
	if why != "" {
		out.skip(f.ID, "%s", why)
		return out, nil
	}
	base := Candidate{
		Action: rule.Action, Finding: cleanID(f.ID), At: at, Expires: lasting(at, rule.Minutes),
		Reason: cleanText(fmt.Sprintf("GuardDuty %s, severity %g", f.Type, f.Severity)),
	}
	if rule.Action == Isolate {
		c.isolated(f, base, &out)
		return out, nil
	}
	if f.Service.ResourceRole != "TARGET" {
		out.skip(f.ID, "the role of the resource is %q: only the far end of an attack on a target is blocked", cleanText(f.Service.ResourceRole))
		return out, nil
	}
	out.addresses(f, base)
	return out, nil
}

// ruleFor returns the rule for a finding, or why there is none.
func (c Config) ruleFor(f finding) (Rule, string) {
	switch {
	case f.Service.Archived:
		return Rule{}, "the finding is archived"
	case f.sample():
		return Rule{}, "the finding is a sample"
	}
	for _, r := range c.Rules {
		start, open := strings.CutSuffix(r.Type, "*")
		if f.Type != r.Type && (!open || !strings.HasPrefix(f.Type, start)) {
			continue
		}
		if f.Severity < r.Severity {
			return Rule{}, fmt.Sprintf("its severity %g is below %g", f.Severity, r.Severity)
		}
		return r, ""
	}
	return Rule{}, fmt.Sprintf("no rule fits findings of the type %s", cleanText(f.Type))
}

// addresses adds a candidate for each far end.
func (o *Outcome) addresses(f finding, base Candidate) {
	found := 0
	for _, r := range f.remotes() {
		for _, text := range []string{r.Remote.V4, r.Remote.V6} {
			if text == "" {
				continue
			}
			found++
			a, ok := address(text)
			if !ok {
				o.skip(text, "it is no address")
				continue
			}
			base.Address = a
			o.Candidates = append(o.Candidates, base)
		}
	}
	if found == 0 {
		o.skip(f.ID, "the finding names no address that came in")
	}
}

// isolated adds a candidate for the instance of a finding.
func (c Config) isolated(f finding, base Candidate, out *Outcome) {
	i := f.Resource.InstanceDetails
	switch {
	case f.Service.ResourceRole != "ACTOR":
		out.skip(f.ID, "the role of the resource is %q: only an instance that acts is isolated", cleanText(f.Service.ResourceRole))
	case i == nil || !instance.MatchString(i.InstanceID):
		out.skip(f.ID, "the finding names no instance")
	case f.AccountID != c.Account || f.Region != c.Region:
		out.skip(i.InstanceID, "the instance is in another account or Region")
	case len(i.NetworkInterfaces) == 0 || !network.MatchString(i.NetworkInterfaces[0].VPCID):
		out.skip(i.InstanceID, "the finding names no VPC")
	default:
		base.Instance, base.VPC = i.InstanceID, i.NetworkInterfaces[0].VPCID
		out.Candidates = append(out.Candidates, base)
	}
}
