package examples

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/suricatatest"
	"github.com/tierwall/tierwall/internal/suricatatest/replay"
)

// TestReplays replays conversations of each inspected network through a real Suricata, in every mode of inspection. The rules come from the
// template.
func TestReplays(t *testing.T) {
	suricatatest.Available(t)
	inspected := map[string]bool{}
	for _, name := range names {
		if !hasFirewall(t, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			folder := named(t, name).folder
			for _, a := range architectures(t, folder) {
				if a.Network.Inspection == nil {
					continue
				}
				inspected[name] = true
				rules := slices.DeleteFunc(templateRules(t, folder), ofResponse)
				assert.ElementsMatch(t, planned(t, a), rules, "the template's rules are the plan's")
				judged, passing := replay.Modes(t, a)
				assert.Positive(t, passing)
				t.Logf("%s: %d conversations in each of three modes; %d are declared and pass", a.Network.Path, judged, passing)
			}
		})
	}
	assert.Contains(t, inspected, "shop")
	assert.Contains(t, inspected, "network-firewall")
}

// hasFirewall reports whether a snapshot of an example has a firewall policy.
func hasFirewall(t *testing.T, example string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(example, "testdata", "*.json"))
	require.NoError(t, err)
	return slices.ContainsFunc(files, func(file string) bool {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		return strings.Contains(string(data), "AWS::NetworkFirewall::FirewallPolicy")
	})
}

// architectures returns the architectures that a cloud assembly declares.
func architectures(t *testing.T, dir string) []arch.Architecture {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, proof.FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // It has no network.
	}
	require.NoError(t, err)
	d, err := proof.Decode(data)
	require.NoError(t, err)
	var out []arch.Architecture
	for _, n := range d.Networks {
		out = append(out, n.Architecture)
	}
	return out
}

// planned returns the rules that the plan makes, one text for each group.
func planned(t *testing.T, a arch.Architecture) []string {
	t.Helper()
	p, diags := plan.Make(a, plantest.Today)
	require.NotNil(t, p, diags.String())
	var out []string
	for _, g := range p.FirewallGroups {
		text, _ := p.Text(g)
		out = append(out, text)
	}
	return out
}

// ofResponse reports whether rules name lists of blocked addresses, which are empty until the response fills them. Its list of names is no
// text of rules at all.
func ofResponse(rules string) bool { return rules == "" || strings.Contains(rules, "@BLOCKED_") }

// templateRules returns the texts of the rule groups in the templates of a cloud assembly.
func templateRules(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for file, data := range templates(t, dir) {
		var template struct {
			Resources map[string]struct {
				Type       string
				Properties struct {
					RuleGroup struct {
						RulesSource struct{ RulesString string }
					}
				}
			}
		}
		require.NoError(t, json.Unmarshal([]byte(data), &template), file)
		for _, r := range template.Resources {
			if r.Type == "AWS::NetworkFirewall::RuleGroup" {
				out = append(out, r.Properties.RuleGroup.RulesSource.RulesString)
			}
		}
	}
	return out
}
