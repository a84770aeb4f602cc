package importer

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/traffic"
)

var groupID = lazyregexp.New(`^sg-[0-9a-f]{8,17}$`)

var typeName = lazyregexp.New(`[^A-Za-z0-9]+`)

// defaultName names an architecture whose stack has no usable name.
const defaultName = "Imported"

// makeDocument makes the document, without what is not a network, a tier or traffic.
func (i *importer) makeDocument() {
	i.doc = &document.Document{Version: document.Version, Name: i.name()}
	for _, t := range i.byRank() {
		d := document.Tier{ID: t.id, Kind: t.kind.String(), Internal: t.internal}
		if g := t.groups[0]; len(t.groups) == 1 && g.Foreign && groupID.MatchString(g.Name) {
			d.Import = &document.Import{SecurityGroup: g.Name, Egress: "restricted"}
		}
		i.doc.Tiers = append(i.doc.Tiers, d)
	}
	network, region := i.network()
	i.doc.Network = network
	i.doc.Environments = []document.Environment{{Name: "Production", Region: region}}
	i.flows()
}

// name returns the name of the architecture, in the form that the format needs.
func (i *importer) name() string {
	name := i.options.Name
	if name == "" && len(i.assembly.Stacks) > 0 {
		name = i.assembly.Stacks[0].Name
	}
	out := ""
	for _, word := range strings.Fields(typeName.ReplaceAllString(name, " ")) {
		if word != "" {
			out += strings.ToUpper(word[:1]) + word[1:]
		}
	}
	out = strings.TrimLeft(out, "0123456789")
	if out == "" {
		return defaultName
	}
	return strings.ToUpper(out[:1]) + out[1:min(len(out), 60)]
}

// flows makes flows and exceptions of what is carried. Traffic that nobody meant is kept only if somebody asks for it.
func (i *importer) flows() {
	covered := map[[2]end]traffic.Set{}
	for _, p := range i.traffic {
		if p.from.tier != nil && p.to.tier != nil && p.meaning == incidental && !i.options.Exact {
			continue
		}
		if p.meaning == unnamed && !i.options.Exact {
			continue
		}
		allowed := arch.MayReach(p.from.kindOf(), p.to.kindOf()) && !i.isInternalFromOutside(p)
		if p.meaning == open && !allowed && !i.options.Exact {
			continue
		}
		service, rest := serviceOf(p.set().Minus(covered[p.key()]))
		if rest = rest.Minus(portZero); !rest.IsEmpty() {
			i.gaveUp[[2]string{p.from.name(), p.to.name()}] = rest.String() + " has no word in the format"
			i.report.Residual = append(i.report.Residual, Residual{p.at(), p.from.name() + " -> " + p.to.name() + ": " + rest.String() +
				" has no word in the format and is closed"})
		}
		if service == "" {
			continue
		}
		covered[p.key()] = covered[p.key()].Union(setOfText(service))
		f := document.Flow{From: i.endName(p.from), To: i.endName(p.to), Service: service, Because: clean(p.reason)}
		if allowed {
			i.doc.Flows = addFlow(i.doc.Flows, f)
			continue
		}
		f.Owner = "import"
		i.doc.Exceptions = addFlow(i.doc.Exceptions, f)
	}
}

// isInternalFromOutside reports whether somebody outside opens connections to an internal edge.
func (i *importer) isInternalFromOutside(p pair) bool {
	return p.to.tier != nil && p.to.tier.internal && p.from.tier == nil && p.from.kind == arch.Internet
}

// addFlow adds a flow, and joins it with one of the same ends and reason.
func addFlow(to []document.Flow, f document.Flow) []document.Flow {
	for n := range to {
		o := &to[n]
		if o.From == f.From && o.To == f.To && o.Because == f.Because {
			o.Service = joinServices(o.Service, f.Service)
			return to
		}
	}
	return append(to, f)
}

func joinServices(a, b string) string {
	if a == "all" || b == "all" {
		return "all"
	}
	text, _ := serviceOf(setOfText(a).Union(setOfText(b)))
	return text
}

// endName returns the word for an end. A prefix list needs a peer with its size.
func (i *importer) endName(e end) string {
	if e.isBlock() {
		return i.blockPeer(e.text)
	}
	if e.kind != arch.PrefixList || e.tier != nil {
		return e.name()
	}
	name := peerName(e.text)
	if !slices.ContainsFunc(i.doc.Peers, func(p document.Peer) bool { return p.Name == name }) {
		i.doc.Peers = append(i.doc.Peers, document.Peer{Name: name, PrefixList: e.text, Entries: i.entries(e.text)})
	}
	return name
}

// peerName returns the name of the peer for a prefix list.
func peerName(list string) string { return "list-" + strings.TrimPrefix(list, "pl-") }

// assumedEntries is the size of a prefix list that the templates do not say.
const assumedEntries = 40

// entries returns the size of a prefix list as security groups count it. Those of AWS are known.
func (i *importer) entries(list string) int {
	for _, service := range []string{"s3", "dynamodb"} {
		if catalog.IsPrefixListOf(list, service) {
			return catalog.PrefixListWeight(service)
		}
	}
	if catalog.IsCloudFrontPrefixList(list) {
		return catalog.CloudFrontPrefixListWeight
	}
	i.assume("the prefix list %s has at most %d entries: set `entries` of the peer %s", list, assumedEntries, peerName(list))
	return assumedEntries
}

// clean makes a reason of a description: characters that EC2 refuses become spaces.
func clean(text string) string {
	text = strings.ReplaceAll(text, "{{resolve:", "resolve:")
	text = strings.TrimSpace(arch.CleanDescription(text))
	if text == "" || len(text) > arch.MaxDescription {
		text = strings.TrimSpace((text + "imported")[:min(len(text)+len("imported"), arch.MaxDescription)])
	}
	return text
}
