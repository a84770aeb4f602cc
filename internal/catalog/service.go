package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// service holds the actions with one prefix.
type service struct {
	actions   map[string]Action // by lower-case name
	resources map[string]string
}

var services sync.Map // prefix -> func() *service

func serviceOf(prefix string) *service {
	prefix = strings.ToLower(prefix)
	raw, ok := loaded().Services[prefix]
	if !ok {
		return nil
	}
	once, _ := services.LoadOrStore(prefix, sync.OnceValue(func() *service { return decodeService(prefix, raw) }))
	return once.(func() *service)()
}

func decodeService(prefix string, raw json.RawMessage) *service {
	var data struct {
		Actions   map[string][]string `json:"actions"`
		Resources map[string]string   `json:"resources"`
	}
	if err := json.Unmarshal(raw, &data); err != nil {
		panic(fmt.Errorf("the catalog in this program is broken at %s: %w", prefix, err))
	}
	s := &service{actions: make(map[string]Action, len(data.Actions)), resources: data.Resources}
	for name, fields := range data.Actions {
		s.actions[strings.ToLower(name)] = Action{Name: prefix + ":" + name, Level: Level(fields[0][0]), Resources: fields[1:]}
	}
	return s
}
