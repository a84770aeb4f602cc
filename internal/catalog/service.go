package catalog

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/packed"
)

// packedActions holds parts of a few services, each packed alone, because most programs need few services.
//
//go:embed actions.gen.gz
var packedActions []byte

// service holds the actions with one prefix.
type service struct {
	actions   map[string]Action // by lower-case name
	resources map[string]string
}

var parts sync.Map // number -> func() map[string]*service

func serviceOf(prefix string) *service {
	prefix = strings.ToLower(prefix)
	n, ok := loaded().Services[prefix]
	if !ok {
		return nil
	}
	once, _ := parts.LoadOrStore(n, sync.OnceValue(func() map[string]*service { return decodePart(partText(n)) }))
	return once.(func() map[string]*service)()[prefix]
}

// partText unpacks a part.
func partText(n int) string {
	start := 0
	for _, size := range loaded().Sizes[:n] {
		start += size
	}
	return packed.Text(packedActions[start : start+loaded().Sizes[n]])()
}

// decodePart reads the services of a part by their prefixes. Its lines have fields with tabs between: "=s3" begins a service; "RGetObject"
// is the level and the name of an action, with its types of resources; ">object" is a type of resources, with the format of its ARNs.
func decodePart(text string) map[string]*service {
	out := map[string]*service{}
	prefix := ""
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch kind, name := fields[0][0], fields[0][1:]; kind {
		case '=':
			prefix = name
			out[prefix] = &service{map[string]Action{}, map[string]string{}}
		case '>':
			out[prefix].resources[name] = fields[1]
		default:
			out[prefix].actions[strings.ToLower(name)] = Action{Name: prefix + ":" + name, Level: Level(kind), Resources: fields[1:]}
		}
	}
	return out
}
