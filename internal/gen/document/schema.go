package document

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/packed"
)

// The schema is made from the types and their comments by the tests of this package, with -update. The command holds it compressed: it
// would be a hundredth of the command otherwise.
//
//go:embed architecture.schema.json.gz
var packedSchema []byte

// schema is the content of architecture.schema.json.
var schema = packed.Text(packedSchema)

// Schema returns the JSON Schema of the file.
func Schema() []byte { return []byte(schema()) }

// SchemaFor returns the schema with the names that a document has, so that editors complete them, and with the table of who may reach whom.
func SchemaFor(d *Document) []byte {
	var root map[string]any
	if err := json.Unmarshal([]byte(schema()), &root); err != nil {
		panic("document: the embedded schema is no JSON: " + err.Error())
	}
	definitions := root["definitions"].(map[string]any)
	for name := range definitions {
		if ref, ok := strings.CutPrefix(name, namesPrefix); ok {
			definitions[name] = d.namesFor(strings.Split(ref, namesOr), definitions[name])
		}
	}
	flow := map[string]any{"$ref": "#/definitions/Flow"}
	definitions["flows"] = keysLike(d.permitted(), "flows that the table of who may reach whom allows, as in: Web -> App https: why", flow)
	definitions["exceptions"] = keysLike(d.anyEnds(), "flows that the table refuses, with a reason and an owner", flow)
	grant := map[string]any{"$ref": "#/definitions/Grant"}
	definitions["grants"] = keysLike(oneOf(quoteAll(d.tierIDs())), "uses of AWS services, by tier", grant)
	return schemaText(root)
}

// schemaText writes a schema.
func schemaText(root map[string]any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic("document: the schema cannot be written: " + err.Error())
	}
	return b.Bytes()
}

// Definitions of texts that name something are "name-of-bucket-or-none". Some editors do not find names with spaces.
const (
	namesPrefix = "name-of-"
	namesOr     = "-or-"
)

// keysLike returns the schema of a map whose keys match a pattern.
func keysLike(pattern, description string, value any) map[string]any {
	return map[string]any{
		"type": "object", "description": description, "additionalProperties": false,
		"patternProperties": map[string]any{"^(?:" + pattern + ")$": value},
	}
}

// namesFor returns the schema of a text that names something.
func (d *Document) namesFor(of []string, general any) any {
	var have []string
	switch of[0] {
	case "tier":
		return map[string]any{"enum": texts(d.tierIDs())}
	case "subnets":
		if d.Network.VPC == nil {
			return general
		}
		for _, s := range d.Network.VPC.Subnets {
			have = append(have, s.Name)
		}
		return map[string]any{"enum": texts(have)}
	case "use":
		return general
	case "block":
		have = d.peersWith(func(p Peer) bool { return p.CIDR != "" })
		return anyOf(have, forms()["block"].literal)
	case flowLogWord:
		have = d.flowLogIDs()
	case "load-balancer":
		for _, l := range d.LoadBalancers {
			have = append(have, l.ID)
		}
	}
	have = append(have, d.resourcesOf(of...)...)
	if contains(of, none) {
		have = append(have, none)
	}
	return anyOf(have, forms()["ARN"].pattern)
}

func (d *Document) flowLogIDs() []string {
	var out []string
	if d.Watch != nil {
		for _, f := range d.Watch.FlowLogs {
			out = append(out, f.Name())
		}
	}
	return out
}

func anyOf(names []string, pattern string) map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"enum": texts(names)}, map[string]any{"type": "string", "pattern": "^(?:" + pattern + ")$"},
	}}
}

// texts returns a list that JSON has as [] if it is empty. A schema's enum needs one value at least.
func texts(list []string) []any {
	out := []any{}
	for _, one := range list {
		out = append(out, one)
	}
	if len(out) == 0 {
		out = append(out, "")
	}
	return out
}

func (d *Document) peersWith(is func(Peer) bool) []string {
	var out []string
	for _, p := range d.Peers {
		if is(p) {
			out = append(out, p.Name)
		}
	}
	return out
}

// servicePattern matches a service.
func servicePattern() string {
	term := "(?:" + strings.Join(arch.WellKnown(), "|") + "|(?:tcp|udp)/[0-9]+(?:-[0-9]+)?|icmp(?:v6)?(?:/[0-9]+){0,2})"
	return term + "(?:," + term + ")*"
}

// endsOf returns patterns of the ends of each kind.
func (d *Document) endsOf(kind arch.Kind) []string {
	var out []string
	switch kind {
	case arch.Internet:
		return []string{internet}
	case arch.CIDR:
		out = append(quoteAll(d.peersWith(func(p Peer) bool { return p.CIDR != "" })), forms()["block"].literal)
	case arch.PrefixList:
		out = quoteAll(d.peersWith(func(p Peer) bool { return p.PrefixList != "" }))
	case arch.Domain:
		out = append(quoteAll(d.peersWith(func(p Peer) bool { return p.Domain != "" })), forms()["domain"].pattern)
	default:
		for _, t := range d.Tiers {
			if tierKind(t.Kind) == kind {
				out = append(out, regexp.QuoteMeta(t.ID))
			}
		}
	}
	return out
}

// permitted matches the keys of the flows that the table allows.
func (d *Document) permitted() string {
	var rows []string
	for _, from := range arch.Kinds() {
		sources := d.endsOf(from)
		var targets []string
		for _, to := range arch.ReachableFrom(from) {
			targets = append(targets, d.endsOf(to)...)
		}
		if from == arch.Internet {
			targets = slices.DeleteFunc(targets, func(id string) bool { t, _ := d.tier(id); return t.Internal })
		}
		if len(sources) > 0 && len(targets) > 0 {
			rows = append(rows, oneOf(sources)+arrow+oneOf(targets))
		}
	}
	return oneOf(rows) + " " + servicePattern()
}

// anyEnds matches the keys of flows between any two ends.
func (d *Document) anyEnds() string {
	var ends []string
	for _, kind := range arch.Kinds() {
		ends = append(ends, d.endsOf(kind)...)
	}
	return oneOf(ends) + arrow + oneOf(ends) + " " + servicePattern()
}

func oneOf(patterns []string) string { return "(?:" + strings.Join(patterns, "|") + ")" }

func quoteAll(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = regexp.QuoteMeta(n)
	}
	return out
}
