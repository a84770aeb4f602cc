package page

import (
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
)

// flow is a declared flow.
type flow struct {
	ID, From, To, Service, Because, Owner, Expires, Left, At string
	Exception, Late                                          bool
}

// soon is how many days before its end an exception is marked.
const soon = 30

// flows lists the declared flows.
func (m *maker) flows() []flow {
	if m.Declaration == nil {
		return nil
	}
	var out []flow
	for _, n := range m.Declaration.Networks {
		for _, f := range n.Architecture.Flows {
			out = append(out, m.flow(f))
		}
	}
	return out
}

// flow makes a flow. The same flow has the same id wherever the page names it; only the list of flows has an element of this id.
func (m *maker) flow(f arch.Flow) flow {
	out := flow{From: f.From.String(), To: f.To.String(), Service: f.Service, Because: f.Reason, Owner: f.Owner, Expires: f.Expires,
		Exception: f.Exception}
	out.ID = slug("flow", out.From, out.To, out.Service)
	at := make([]string, len(f.At))
	for i, position := range f.At {
		at[i] = position.String()
	}
	out.At = strings.Join(at, ", ")
	if end, err := time.Parse(time.DateOnly, f.Expires); err == nil {
		days := int(end.Sub(m.Today.UTC().Truncate(24*time.Hour)).Hours() / 24)
		out.Left, out.Late = counted(days, "day")+" left", days <= soon
		if days < 0 {
			out.Left = "expired " + counted(-days, "day") + " ago"
		}
	}
	return out
}
