package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/export"
	"github.com/tierwall/tierwall/internal/proof"
)

type exportCommand struct {
	Assembly string `arg:"" optional:"" default:"cdk.out" help:"The cloud assembly of an app that uses the tierwall library."`
	Network  string `placeholder:"PATH" help:"The construct path of the network. Required if the app has several."`
	Out      string `short:"o" default:"architecture.yaml" help:"File to write, or - for standard output."`
	Force    bool   `help:"Replace the file if it exists."`
}

// Run writes the file.
func (x exportCommand) Run(c console) error {
	network, declared, err := x.network()
	if err != nil {
		return err
	}
	d, lost, err := export.From(network)
	if err != nil {
		return err
	}
	data := d.Write()
	for _, l := range lost {
		if err := warn(c, l.String()); err != nil {
			return err
		}
	}
	for _, control := range declared.Controls {
		if what := export.StandAlone(control, declared); what != "" {
			if err := warn(c, what); err != nil {
				return err
			}
		}
	}
	if x.Out == "-" {
		return c.print(string(data))
	}
	if err := writeFile(x.Out, data, x.Force); err != nil {
		return err
	}
	if _, problems := document.Parse(filepath.ToSlash(x.Out), data); problems.HasErrors() {
		if err := warn(c, problems.Error()); err != nil {
			return err
		}
		return c.print(fmt.Sprintf("wrote %s, which is not complete; see the messages\n", x.Out))
	}
	return c.print(fmt.Sprintf("wrote %s\n", x.Out))
}

// network returns the network to export.
func (x exportCommand) network() (proof.Network, *proof.Declaration, error) {
	file := filepath.Join(x.Assembly, proof.FileName)
	data, err := cfn.ReadIn(x.Assembly, proof.FileName)
	if err != nil {
		return proof.Network{}, nil, fmt.Errorf("%s: %w; name the cloud assembly of an app that uses the tierwall library", file, err)
	}
	declared, err := proof.Decode(data)
	if err != nil {
		return proof.Network{}, nil, fmt.Errorf("%s: %w", file, err)
	}
	var paths []string
	for _, n := range declared.Networks {
		path := n.Architecture.Network.Path
		if path == x.Network || x.Network == "" && len(declared.Networks) == 1 {
			return n, declared, nil
		}
		paths = append(paths, path)
	}
	switch {
	case len(paths) == 0:
		return proof.Network{}, nil, fmt.Errorf("%s declares no network", file)
	case x.Network == "":
		return proof.Network{}, nil, fmt.Errorf("the app has %d networks; choose one with --network: %s", len(paths), strings.Join(paths, ", "))
	}
	return proof.Network{}, nil, fmt.Errorf("the app has no network %q; it has %s", x.Network, strings.Join(paths, ", "))
}

// Help is the long help of export.
func (exportCommand) Help() string {
	return `Use it to go on with an architecture.yaml instead of Go code: it writes what an app declares as a file. Each network becomes a file of
its own. What a file cannot say is printed on standard error, with the line of the call: resources and rules that the app makes in Go
belong into workloads.go.

It reads tierwall.json in the cloud assembly, so synthesize the app first.

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall export
    tierwall export cdk.out --network Production/Shop/Network --out shop.yaml
`
}
