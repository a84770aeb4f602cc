package arch

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// Dialect is the language of the messages about an architecture: the language in which its author declared it. A place that makes a message
// states both texts next to each other, with [Dialect.Say].
type Dialect int

const (
	// GoDialect names calls, types and fields of the public packages.
	GoDialect Dialect = iota
	// FileDialect names keys and words of architecture.yaml. What stands between backquotes, or on lines of its own, is YAML.
	FileDialect
)

// DialectAt returns the language of what is declared at a position. The lines of a generated app are those of its file.
func DialectAt(at diag.Position) Dialect {
	if at.IsZero() || strings.HasSuffix(at.File, ".go") {
		return GoDialect
	}
	return FileDialect
}

// Say returns one of two texts that say the same: inGo with Go code, or inFile with keys of the file.
func (d Dialect) Say(inGo, inFile string) string {
	if d == FileDialect {
		return inFile
	}
	return inGo
}

// Say returns one of two texts in the network's dialect.
func (n Network) Say(inGo, inFile string) string { return n.Dialect.Say(inGo, inFile) }

// TierPath returns a tier's place in diagnostics: "tiers.Web", or "tier Web" in a file. A file does not know that endpoints are tiers.
func (n Network) TierPath(id string) string {
	if service, ok := strings.CutPrefix(id, endpointTier); ok && n.Dialect == FileDialect {
		return n.EndpointPath(service)
	}
	return n.Say("tiers.", "tier ") + id
}

// TierPaths returns the place of several tiers in diagnostics.
func (n Network) TierPaths(ids []string) string {
	paths := make([]string, len(ids))
	for i, id := range ids {
		paths[i] = n.TierPath(id)
	}
	return strings.Join(paths, ", ")
}

// EndpointPath returns an endpoint's place in diagnostics: "endpoints.ssm", or "endpoint ssm" in a file.
func (n Network) EndpointPath(service string) string {
	return n.Say("endpoints.", "endpoint ") + service
}

// GrantPath returns a grant's place in diagnostics: "tiers.App grants read s3".
func (n Network) GrantPath(g Grant) string { return n.TierPath(g.Tier) + " grants " + g.Use }

// FlowPath returns a flow's place in diagnostics: "tiers.Web -> tiers.App". In a file it begins as the key of the flow does: "Web -> App".
func (n Network) FlowPath(f Flow) string { return n.peerPath(f.From) + " -> " + n.peerPath(f.To) }

func (n Network) peerPath(p Peer) string {
	switch {
	case p.Kind == Endpoint:
		return n.EndpointPath(strings.TrimPrefix(p.Text, endpointTier))
	case n.Dialect == FileDialect:
		return n.fileWord(p)
	case p.Kind.IsTier():
		return n.TierPath(p.Text)
	}
	return p.String()
}

// fileWord returns the peer as the file names it in a flow: a tier's id, "internet", the name of a peer, or else its block or domain name.
func (n Network) fileWord(p Peer) string {
	if p.Kind == Internet {
		return "internet"
	}
	if name, ok := n.PeerNames[p]; ok {
		return name
	}
	return p.Text
}

// plainKey matches keys that YAML reads as they are.
var plainKey = lazyregexp.New(`^[A-Za-z0-9.][A-Za-z0-9.,/:_> -]*$`)

// fileKey returns the key of a flow in the file: "Web -> App https".
func (n Network) fileKey(f Flow) string {
	key := orGap(n.fileWord(f.From)) + " -> " + orGap(n.fileWord(f.To)) + " " + orGap(strings.Join(strings.Fields(f.Service), ""))
	if plainKey.MatchString(key) && !strings.Contains(key, ": ") {
		return key
	}
	return fmt.Sprintf("%q", key)
}

// orGap returns a text for a fix, or a gap if there is no text. Another error says that it is missing.
func orGap(text string) string {
	if text == "" {
		return "..."
	}
	return text
}

// DeclareFix says how to declare the flow, or the exception.
func (n Network) DeclareFix(f Flow) string {
	if f.Exception {
		if n.Dialect == FileDialect {
			return "add `" + n.fileKey(f) + ": {because: ..., owner: ...}` to the `exceptions`"
		}
		return n.exceptionFix(f)
	}
	inFile := "add `" + n.fileKey(f) + ": ...` to the `flows`, with the reason"
	if f.From.Kind.IsTier() {
		return n.Say(fmt.Sprintf("declare it: %s.AllowTo(%s, %q)", f.From.Code(), f.To.Code(), orGap(strings.TrimSpace(f.Service))), inFile)
	}
	return n.Say(fmt.Sprintf("declare it: %s.AllowFrom(%s, %q)", f.To.Code(), f.From.Code(), orGap(strings.TrimSpace(f.Service))), inFile)
}

// exceptionFix says how to declare the flow as an exception.
func (n Network) exceptionFix(f Flow) string {
	return n.Say(
		fmt.Sprintf("declare an exception with a reason and an owner: Except(tiers.Exception{From: %s, To: %s, Service: %q, Reason: \"...\", "+
			"Owner: \"...\"})", f.From.Code(), f.To.Code(), orGap(strings.TrimSpace(f.Service))),
		"make it an exception with a reason and an owner:\nexceptions:\n  "+n.fileKey(f)+": {because: ..., owner: ...}")
}
