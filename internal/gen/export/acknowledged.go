package export

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// ReportFile is the file of a cloud assembly in which CDK tells what validation found. It has the findings that the app acknowledges.
const ReportFile = "validation-report.json"

// Acknowledge adds to documents, each of the network with a path, what the app acknowledges. report is the content of [ReportFile].
// Documents of one file acknowledge the same, so each gets what one of them has.
func Acknowledge(docs []*document.Document, networks []string, report []byte) error {
	var read struct {
		PluginReports []struct {
			PluginName           string
			SuppressedViolations []struct{ RuleName, Reason string }
		}
	}
	if err := json.Unmarshal(report, &read); err != nil {
		return fmt.Errorf("%s: %w", ReportFile, err)
	}
	var all []document.Acknowledgment
	for _, plugin := range read.PluginReports {
		if plugin.PluginName != "tierwall" {
			continue
		}
		for _, one := range plugin.SuppressedViolations {
			if a, ok := acknowledgment(one.RuleName, one.Reason, networks); ok {
				all = append(all, a)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b document.Acknowledgment) int { return cmp.Compare(a.ID(), b.ID()) })
	all = slices.CompactFunc(all, func(a, b document.Acknowledgment) bool { return a.ID() == b.ID() })
	for _, d := range docs {
		d.Acknowledged = all
	}
	return nil
}

// acknowledgment returns the entry of a finding about one of the networks.
func acknowledgment(id, reason string, networks []string) (document.Acknowledgment, bool) {
	rule, rest, _ := strings.Cut(id, "[")
	for _, network := range networks {
		if subject, ok := strings.CutPrefix(rest, network+":"); ok {
			return document.Acknowledgment{Rule: rule, Subject: strings.TrimSuffix(subject, "]"), Reason: reason}, true
		}
	}
	return document.Acknowledgment{}, false
}
