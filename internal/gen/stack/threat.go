package stack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/networkfirewall/feed"
	"github.com/tierwall/tierwall/internal/suricata"
)

// maxRules is how large a file of rules may be, in bytes. The largest group that AWS takes is far below it; a feed may have comments.
const maxRules = 16 << 20

// threats reads the rules of inspection.threats from their files, and checks them.
type threats struct {
	folder fs.FS // of the document; nil if it is not on a disk
	at     diag.Position
	groups []template.RuleGroup // those of the document, in its order
	sids   map[int]string       // the files that have them
	list   diag.List
}

// readThreats returns the rule groups that decide before the flows.
func readThreats(v values, folder fs.FS) ([]template.RuleGroup, diag.List) {
	i := v.d.Inspection
	if i == nil {
		return nil, nil
	}
	r := threats{folder: folder, at: i.At, sids: map[int]string{}}
	for _, t := range i.Threats {
		if t.ARN != "" {
			r.groups = append(r.groups, template.RuleGroup{ARN: v.arn(t.ARN)})
		} else {
			r.read(t)
		}
	}
	return r.groups, r.list
}

// read adds the group of a threat with a file.
func (r *threats) read(t document.Threat) {
	file := t.Suricata + t.IPs + t.Domains
	path := "inspection threat " + t.ID + " (" + file + ")"
	data, err := r.file(file)
	if err != nil {
		r.add(path, networkfirewall.Problem{
			Kind: "threat-file", Summary: "the rules of a threat cannot be read", Detail: err.Error(),
			Fix: "write the file; its path starts at the folder of the architecture file",
		})
		return
	}
	text, unit, problems := rulesOf(t, data)
	group := &networkfirewall.Group{Path: path, Order: networkfirewall.StrictOrder, Unit: unit, Capacity: t.Capacity}
	group.ReadText(text)
	if group.Capacity == 0 {
		group.Capacity = networkfirewall.Reserve(group.Rules)
	}
	for _, one := range networkfirewall.CheckGroup(group, problems...) {
		r.add(path, one)
	}
	if arch.HasDynamicReference(text) {
		r.add(path, networkfirewall.Problem{
			Kind: "rules", Summary: "the rules have a dynamic reference", Detail: "CloudFormation would replace it by text that is not checked",
			Fix: "write the text into the rule",
		})
	}
	r.enter(group, file)
	r.groups = append(r.groups, template.RuleGroup{Path: t.ID, Rules: text, Capacity: group.Capacity})
}

// rulesOf returns the rules that a file stands for, and what the numbers of its rules count.
func rulesOf(t document.Threat, data string) (text, unit string, problems []suricata.Problem) {
	if t.Suricata != "" {
		return networkfirewall.RulesText(data), "line", nil
	}
	of := feed.IPs
	if t.Domains != "" {
		of = feed.Domains
	}
	rules := of(t.ID, strings.NewReader(data))
	return rules.Text, "rule", rules.Problems
}

// file returns the content of a file in the folder of the document.
func (r *threats) file(name string) (string, error) {
	if r.folder == nil {
		return "", errors.New("the architecture is in no folder")
	}
	info, err := fs.Stat(r.folder, name)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s is not a file", name)
	case info.Size() > maxRules:
		return "", fmt.Errorf("%s has %d bytes; allowed are %d", name, info.Size(), maxRules)
	}
	f, err := r.folder.Open(name)
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxRules))
	return string(data), errors.Join(err, f.Close())
}

// enter reports the SIDs that a group shares with groups before it: logs identify a rule by its SID.
func (r *threats) enter(g *networkfirewall.Group, file string) {
	own := map[int]bool{}
	for _, line := range g.Content.Lines {
		sid, ok := line.Rule.SID()
		other, taken := r.sids[sid]
		switch {
		case !ok || own[sid]: // Twice in one group is an error of the group.
		case taken:
			r.add(g.Path, networkfirewall.Problem{
				Kind: "sid-twice", Summary: fmt.Sprintf("SID %d is in two rule groups", sid),
				Detail: fmt.Sprintf("it is in %s, and in %s %d of this group; logs cannot distinguish the two rules", other, g.Unit, line.Number),
				Fix:    "give one of the rules another SID",
			})
		default:
			r.sids[sid] = file
		}
		own[sid] = true
	}
}

// fixes are the fixes that a key of the document makes. They replace those that name CloudFormation's properties.
var fixes = map[string]string{
	"rules-missing": "write rules into the file", "capacity": "raise `capacity`, or leave it out",
}

// add reports an error. As in the CDK app, some problems that AWS accepts are errors; "tierwall firewall" prints the others.
func (r *threats) add(path string, one networkfirewall.Problem) {
	d := diag.Diagnostic{
		Severity: one.Severity, Rule: "firewall-" + one.Kind, Path: path, Summary: one.Summary, Detail: one.Detail, Fix: one.Fix,
		At: []diag.Position{r.at},
	}
	if one.Refused() {
		d.Severity = diag.Error
	}
	if fix, ok := fixes[one.Kind]; ok {
		d.Fix = fix
	}
	if d.Severity == diag.Error {
		r.list = append(r.list, d)
	}
}
