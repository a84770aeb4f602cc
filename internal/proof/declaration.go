package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
)

// FileName is the name of the file in a cloud assembly that holds the declaration.
const FileName = "tierwall.json"

// Declaration holds what an app declares, and where its parts are in the templates.
type Declaration struct {
	Version  int       `json:"version"` // 2
	About    string    `json:"about"`   // explains the file to a reader
	Networks []Network `json:"networks"`
	// Controls holds the resources of controls as their constructs made them.
	Controls []Control `json:"controls,omitempty"`
}

// Network is one declared network.
type Network struct {
	Architecture arch.Architecture `json:"architecture"` // its operands are literals or symbols
	Vpc          Value             `json:"vpc"`
	Tiers        map[string]Tier   `json:"tiers"`             // by tier id
	Symbols      map[string]Value  `json:"symbols,omitempty"` // the values of symbolic operands in the templates
	// FirewallRules explains the SIDs in the logs of the firewall.
	FirewallRules []FirewallRule `json:"firewallRules,omitempty"`
	// Calls is what the app's calls say beyond the architecture, for the command export. The proof ignores it.
	Calls json.RawMessage `json:"calls,omitempty"`
}

// FirewallRule is one rule of the network firewall and the flows that need it.
type FirewallRule struct {
	SID     int         `json:"sid"`
	Group   string      `json:"group"` // construct path of its rule group
	Stops   bool        `json:"stops,omitempty"`
	Message string      `json:"message"` // as in the logs
	Flows   []arch.Flow `json:"flows,omitempty"`
}

// Tier says where the parts of a tier are in the templates.
type Tier struct {
	Group   Value   `json:"group"`
	Subnets []Value `json:"subnets,omitempty"` // empty if they are unknown
	// Ranges exists only in files of version 1. The proof ignores it, because the plan computed it.
	Ranges []Value `json:"ranges,omitempty"`
}

// Value is a CloudFormation expression as a template contains it: {"Ref": "WebSecurityGroup1A2B"}, "sg-0123".
type Value struct {
	Template   string          `json:"template"` // the template's file, relative to the assembly's folder
	Expression json.RawMessage `json:"expression"`
}

const (
	version = 2
	// oldVersion is the version with the ranges of tiers, which are ignored.
	oldVersion = 1
	about      = "what was declared with tierwall; the command tierwall prove holds the templates in this folder against it"
	// maxDeclaration is the maximum size of a declaration in bytes. 10,000 flows take about 5 MB.
	maxDeclaration = 256 << 20
)

// Encode writes the declaration as indented JSON. Equal declarations give equal bytes.
func (d *Declaration) Encode() ([]byte, error) {
	out := *d
	out.Version, out.About = version, about
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return nil, fmt.Errorf("the declared architecture cannot be written: %w", err)
	}
	return b.Bytes(), nil
}

// Decode reads the output of Encode, and files of version 1. It rejects other versions, unknown fields, repeated fields, and files that
// declare neither a network nor a control, because nothing could contradict them.
func Decode(data []byte) (*Declaration, error) {
	if len(data) > maxDeclaration {
		return nil, fmt.Errorf("the file has %d bytes; the maximum is %d", len(data), maxDeclaration)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("the file is empty; synthesize the app again to write it")
	}
	var head struct{ Version *int }
	if err := json.Unmarshal(data, &head); err != nil {
		if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) {
			return nil, fmt.Errorf("the file is not a declared architecture of tierwall: %w", withLine(data, err))
		}
		return nil, fmt.Errorf("the file is not JSON: %w", withLine(data, err))
	}
	switch {
	case head.Version == nil:
		return nil, errors.New(`the file is not a declared architecture of tierwall: it has no "version"`)
	case *head.Version != version && *head.Version != oldVersion:
		return nil, fmt.Errorf("the file has version %d, but this tierwall reads versions %d and %d; use the tierwall that wrote the file",
			*head.Version, oldVersion, version)
	}
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	d := &Declaration{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(d); err != nil {
		return nil, withLine(data, err)
	}
	for i := range d.Networks {
		n := &d.Networks[i].Architecture.Network
		n.Dialect = arch.DialectAt(n.At)
	}
	if len(d.Networks)+len(d.Controls) == 0 {
		return nil, errors.New("the file declares no network and no control, so there is nothing to compare the templates with; " +
			"synthesize the app again to write it")
	}
	return d, nil
}
