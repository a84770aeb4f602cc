package catalog

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/packed"
)

// packedActions holds the services one after the other, each packed alone, because most programs need few of them.
//
//go:embed actions.gen.gz
var packedActions []byte

// service holds the actions with one prefix.
type service struct {
	actions   map[string]Action // by lower-case name
	resources map[string]string
}

var services sync.Map // prefix -> func() *service

func serviceOf(prefix string) *service {
	prefix = strings.ToLower(prefix)
	at, ok := loaded().Services[prefix]
	if !ok {
		return nil
	}
	once, _ := services.LoadOrStore(prefix, sync.OnceValue(func() *service {
		return decodeService(prefix, packed.Text(packedActions[at[0]:at[1]])())
	}))
	return once.(func() *service)()
}

// decodeService reads the lines of a service. Their fields are separated by tabs: "RGetObject", the level and the name of an action, with
// its types of resources; or ">object", a type of resources, with the format of its ARNs.
func decodeService(prefix, text string) *service {
	s := &service{actions: make(map[string]Action, strings.Count(text, "\n")), resources: map[string]string{}}
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		kind, name := fields[0][0], fields[0][1:]
		if kind == '>' {
			s.resources[name] = fields[1]
			continue
		}
		s.actions[strings.ToLower(name)] = Action{Name: prefix + ":" + name, Level: Level(kind), Resources: fields[1:]}
	}
	return s
}
