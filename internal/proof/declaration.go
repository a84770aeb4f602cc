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

// Declaration is what an app declared, and where its parts are in the templates.
type Declaration struct {
	Version  int       `json:"version"` // 2
	About    string    `json:"about"`   // tells a reader of the file what it is
	Networks []Network `json:"networks"`
	// Controls are the resources of controls as their constructs made them.
	Controls []Control `json:"controls,omitempty"`
}

// Network is one declared network.
type Network struct {
	Architecture arch.Architecture `json:"architecture"` // with literal and symbolic operands
	Vpc          Value             `json:"vpc"`
	Tiers        map[string]Tier   `json:"tiers"`             // by tier id
	Symbols      map[string]Value  `json:"symbols,omitempty"` // what the symbolic operands are in the templates
	// FirewallRules says what the numbers in the firewall's logs are, by SID.
	FirewallRules []FirewallRule `json:"firewallRules,omitempty"`
}

// FirewallRule is one rule of the network firewall and the flows that it serves.
type FirewallRule struct {
	SID     int         `json:"sid"`
	Group   string      `json:"group"` // construct path of its rule group
	Stops   bool        `json:"stops,omitempty"`
	Message string      `json:"message"` // as in the logs
	Flows   []arch.Flow `json:"flows,omitempty"`
}

// Tier is where a tier's parts are.
type Tier struct {
	Group   Value   `json:"group"`
	Subnets []Value `json:"subnets,omitempty"` // empty if they are not known
	// Ranges are in files of version 1. They are not used: what makes the rules made them, too.
	Ranges []Value `json:"ranges,omitempty"`
}

// Value is a CloudFormation expression as it stands in a template: {"Ref": "WebSecurityGroup1A2B"}, "sg-0123".
type Value struct {
	Template   string          `json:"template"` // the template's file, relative to the assembly's folder
	Expression json.RawMessage `json:"expression"`
}

const (
	version = 2
	// oldVersion holds the ranges of tiers, which are read and not used.
	oldVersion = 1
	about      = "what was declared with tierwall; the command tierwall prove holds the templates in this folder against it"
	// maxDeclaration bounds what Decode reads, in bytes: 10,000 flows take about 5 MB.
	maxDeclaration = 256 << 20
)

// Encode writes the declaration as indented JSON. The same declaration gives the same bytes.
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

// Decode reads what Encode writes, and what version 1 wrote. It refuses other versions, fields that it does not know, fields that are there
// twice, and files in which no network is declared: they would prove anything.
func Decode(data []byte) (*Declaration, error) {
	if len(data) > maxDeclaration {
		return nil, fmt.Errorf("it has %d bytes; allowed are %d", len(data), maxDeclaration)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("it is empty; synthesize the app again, which writes it")
	}
	var head struct{ Version *int }
	if err := json.Unmarshal(data, &head); err != nil {
		if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) {
			return nil, fmt.Errorf("it is no declared architecture of tierwall: %w", withLine(data, err))
		}
		return nil, fmt.Errorf("it is no JSON: %w", withLine(data, err))
	}
	switch {
	case head.Version == nil:
		return nil, errors.New(`it is no declared architecture of tierwall: there is no "version"`)
	case *head.Version != version && *head.Version != oldVersion:
		return nil, fmt.Errorf("its version is %d, and this tierwall knows versions %d and %d; use the command of the version that made it",
			*head.Version, oldVersion, version)
	}
	if err := strict(data); err != nil {
		return nil, err
	}
	d := &Declaration{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(d); err != nil {
		return nil, withLine(data, err)
	}
	if len(d.Networks)+len(d.Controls) == 0 {
		return nil, errors.New("it declares no network and no control, so there is nothing to hold the templates against; synthesize the app again, which " +
			"writes it")
	}
	return d, nil
}
