package export

import (
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// Acknowledge adds to documents, each of the network with a path, what the app acknowledges: reasons by the ids of findings. Documents of
// one file acknowledge the same, so each gets what one of them has.
func Acknowledge(docs []*document.Document, networks []string, reasons map[string]string) {
	var all []document.Acknowledgment
	for _, id := range slices.Sorted(maps.Keys(reasons)) {
		a, ok := acknowledgment(id, networks)
		a.Reason = reasons[id]
		if ok && !slices.ContainsFunc(all, func(o document.Acknowledgment) bool { return o.ID() == a.ID() }) {
			all = append(all, a)
		}
	}
	for _, d := range docs {
		d.Acknowledged = all
	}
}

// acknowledgment returns the entry of a finding about one of the networks, without its reason.
func acknowledgment(id string, networks []string) (document.Acknowledgment, bool) {
	rule, rest, _ := strings.Cut(id, "[")
	for _, network := range networks {
		if subject, ok := strings.CutPrefix(rest, network+":"); ok {
			return document.Acknowledgment{Rule: rule, Subject: strings.TrimSuffix(subject, "]")}, true
		}
	}
	return document.Acknowledgment{}, false
}
