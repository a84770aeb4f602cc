package report

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/proof"
)

// prove writes the declared architecture into the app's cloud assembly, and compares the templates there with it. Any construct in the app
// may have caused a finding.
func (r *register) prove() []found {
	outdir, ok := r.place.Outdir()
	if !ok || len(r.sources)+len(r.controls) == 0 {
		return nil
	}
	findings, err := r.proveIn(outdir)
	if err != nil {
		var all []string
		for _, s := range r.sources {
			all = append(all, s.Path())
		}
		findings = append(findings, found{diag.Diagnostic{
			Severity: diag.Finding, Rule: "proof", Path: "cloud assembly", Summary: "the templates could not be compared with the declaration",
			Detail: err.Error(),
		}, all})
	}
	return findings
}

// proveIn returns each finding with the path of its network, whatever part of the app caused it. An acknowledgement is then valid if it is
// made on the network or its stack.
func (r *register) proveIn(outdir string) (findings []found, err error) {
	var skipped []string
	for _, s := range r.sources {
		if s.SkipsProof() {
			skipped = append(skipped, s.Path())
			findings = append(findings, found{diag.Diagnostic{
				Severity: diag.Warning, Rule: "proof-off", Subject: s.Path(), Path: s.Path(), At: []diag.Position{s.At()},
				Summary: "the proof is switched off", Detail: "whether the templates carry exactly the declared traffic is unknown",
				Fix: "remove " + arch.DialectAt(s.At()).Say("SkipProof", "`skipProof`"),
			}, []string{s.Path()}})
		}
	}
	declared, err := r.declare(outdir)
	if err != nil || len(skipped) > 0 && len(skipped) == len(r.sources) {
		return findings, err
	}
	assembly, err := cfn.Load([]string{outdir}, nil)
	if err != nil {
		return findings, err
	}
	report, err := proof.Prove(assembly, declared)
	if err != nil {
		return findings, err
	}
	for _, f := range report.Findings {
		if !slices.Contains(skipped, f.Network) {
			findings = append(findings, found{f.Diagnostic(), []string{f.Network}})
		}
	}
	return findings, nil
}

// declare writes the declarations of all sources and controls to a file in the assembly's folder, which is the same from run to run.
func (r *register) declare(outdir string) (*proof.Declaration, error) {
	d := &proof.Declaration{}
	for _, s := range r.sources {
		if declared := s.Declaration(); declared != nil {
			d.Networks = append(d.Networks, *declared)
		}
	}
	d.Controls = r.declarations()
	slices.SortFunc(d.Controls, func(a, b proof.Control) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Name, b.Name))
	})
	data, err := d.Encode()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(outdir, proof.FileName), data, 0o644); err != nil {
		return nil, fmt.Errorf("the declared architecture could not be written: %w", err)
	}
	return d, nil
}
