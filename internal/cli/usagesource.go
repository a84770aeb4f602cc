package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/stack"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/refusal"
)

// usageSource is what declares the network whose logs are read.
type usageSource interface {
	architectures(c console, reader planCommand) ([]namedArchitecture, error)
	// templates returns the templates of the network on a day, and the declaration that belongs to them.
	templates(c console, day time.Time) (*cfn.Assembly, *proof.Declaration, error)
}

// assemblySource is a cloud assembly.
type assemblySource struct{ folder string }

func (s assemblySource) architectures(c console, reader planCommand) ([]namedArchitecture, error) {
	return reader.ofAssembly(c, s.folder)
}

func (s assemblySource) templates(console, time.Time) (*cfn.Assembly, *proof.Declaration, error) {
	a, err := cfn.Load([]string{s.folder}, nil)
	if err != nil {
		return nil, nil, err
	}
	data, err := cfn.ReadIn(s.folder, proof.FileName)
	if err != nil {
		return nil, nil, err
	}
	d, err := proof.Decode(data)
	return a, d, err
}

// fileSource is an environment of an architecture.yaml. Its templates are those that "tierwall generate" makes.
type fileSource struct{ file, environment string }

func (s fileSource) architectures(c console, reader planCommand) ([]namedArchitecture, error) {
	return reader.ofFile(c, s.file)
}

func (s fileSource) templates(_ console, day time.Time) (*cfn.Assembly, *proof.Declaration, error) {
	path, data, err := readArchitecture(s.file)
	if err != nil {
		return nil, nil, err
	}
	d, problems := document.Parse(filepath.ToSlash(path), data)
	if d == nil {
		return nil, nil, problems
	}
	at := slices.IndexFunc(d.Environments, func(e document.Environment) bool { return e.Name == s.environment })
	if at < 0 {
		return nil, nil, fmt.Errorf("%s has no environment %q", path, s.environment)
	}
	beside, err := os.OpenRoot(filepath.Dir(path)) // No path of the file leads out of its folder.
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = beside.Close() }()
	e := d.Environments[at]
	made, diags := stack.MakeIn(beside.FS(), e.Document, e, ".json", day)
	if made == nil {
		return nil, nil, diags.With(diag.Error).Err()
	}
	a, err := made.Assembly()
	return a, made.Declaration, err
}

// judgeOf returns who explains rejected traffic. If there is none, nothing is read. If there are no usable templates, the judge says so.
func judgeOf(c console, s usageSource, m *arch.Model, r *usage.Result) *usageJudge {
	if len(r.Rejected)+len(r.Refused) == 0 {
		return &usageJudge{Judge: refusal.New(nil, m)}
	}
	c.progress.step("finding what rejects traffic")
	var top *reach.Topology
	a, d, err := s.templates(c, time.Unix(r.To, 0).UTC())
	if err == nil {
		top, err = proof.Topology(a, d)
	}
	_, isMade := s.(fileSource)
	out := &usageJudge{Judge: refusal.New(top, m), isMade: isMade}
	if err != nil {
		out.problem = "the templates cannot be used: " + err.Error()
	}
	return out
}

// usageJudge explains rejected traffic.
type usageJudge struct {
	*refusal.Judge
	problem string // why there are no templates
	isMade  bool   // the templates are no files
}
