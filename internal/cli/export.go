package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/export"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/report/suppressed"
)

type exportCommand struct {
	Assembly string `arg:"" optional:"" default:"cdk.out" help:"Cloud assembly of an app that uses the tierwall library. Default: cdk.out."`
	Network  string `placeholder:"PATH" help:"Construct path of a network. Default: all."`
	Out      string `short:"o" default:"architecture.yaml" help:"File to write, or - for standard output."`
	Force    bool   `help:"Replace the file if it exists."`
}

// Run writes the file.
func (x exportCommand) Run(c console) error {
	declared, err := x.declaration()
	if err != nil {
		return err
	}
	networks, err := x.networks(declared)
	if err != nil {
		return err
	}
	d, lost, err := x.document(networks)
	if err != nil {
		return err
	}
	unsaid, err := unsaidOfStacks(x.Assembly, pathsOf(networks))
	if err != nil {
		return fmt.Errorf("the manifest of %s cannot be read: %w", x.Assembly, err)
	}
	lost = append(lost, unsaid...)
	for _, u := range export.StandAlone(declared) {
		lost = append(lost, u.String())
	}
	data := d.Write()
	if x.Out != "-" {
		if err := writeFile(x.Out, data, x.Force); err != nil {
			return err
		}
	}
	if _, problems := document.Parse(filepath.ToSlash(x.Out), data); problems.HasErrors() {
		lost = append(lost, "the file is not complete:\n"+problems.Error())
	}
	if err := warn(c, strings.Join(lost, "\n")); err != nil {
		return err
	}
	if x.Out == "-" {
		return c.file(string(data))
	}
	return c.print(fmt.Sprintf("wrote %s\n", x.Out))
}

// document returns the document of some networks, which are environments of one architecture, and what it cannot say.
func (x exportCommand) document(networks []proof.Network) (*document.Document, []string, error) {
	var docs []*document.Document
	var lost []string
	paths := pathsOf(networks)
	said := map[string]bool{}
	for _, n := range networks {
		d, unsaid, err := export.From(n)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", n.Architecture.Network.Path, err)
		}
		for _, u := range unsaid {
			if !said[u.String()] {
				lost = append(lost, u.String())
			}
			said[u.String()] = true
		}
		docs = append(docs, d)
	}
	acknowledged, err := suppressed.Read(x.Assembly)
	if err != nil {
		return nil, nil, err
	}
	export.Acknowledge(docs, paths, acknowledged)
	if len(docs) == 1 {
		return docs[0], lost, nil
	}
	merged, ok := export.Merge(docs)
	if !ok {
		return nil, nil, fmt.Errorf("the app has %d networks, which are not environments of one architecture; choose one with --network: %s",
			len(docs), strings.Join(paths, ", "))
	}
	return merged, lost, nil
}

// pathsOf returns the construct paths of networks.
func pathsOf(networks []proof.Network) []string {
	var out []string
	for _, n := range networks {
		out = append(out, n.Architecture.Network.Path)
	}
	return out
}

func (x exportCommand) declaration() (*proof.Declaration, error) {
	file := filepath.Join(x.Assembly, proof.FileName)
	data, err := cfn.ReadIn(x.Assembly, proof.FileName)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; name the cloud assembly of an app that uses the tierwall library", file, err)
	}
	declared, err := proof.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(declared.Networks) == 0 {
		return nil, fmt.Errorf("%s declares no network", file)
	}
	return declared, nil
}

// networks returns the network that was asked for, or all.
func (x exportCommand) networks(declared *proof.Declaration) ([]proof.Network, error) {
	if x.Network == "" {
		return declared.Networks, nil
	}
	for _, n := range declared.Networks {
		if n.Architecture.Network.Path == x.Network {
			return []proof.Network{n}, nil
		}
	}
	return nil, fmt.Errorf("the app has no network %q; it has %s", x.Network, strings.Join(pathsOf(declared.Networks), ", "))
}

// Help is the long help of export.
func (exportCommand) Help() string {
	return `Use it to go on with an architecture.yaml instead of Go code: it writes what an app declares as a file. Networks in several
stages become environments of one file, if they differ in values only. Other networks become files of their own. What a file cannot
say is printed on standard error, with the line of the call: resources and rules that the app makes in Go belong into workloads.go.

It reads tierwall.json and validation-report.json in the cloud assembly, so synthesize the app first.

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall export
    tierwall export cdk.out --network Production/Shop/Network --out shop.yaml
`
}
