package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/drawio"
	placing "github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/mermaid"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/picture/svg"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

type drawCommand struct {
	Template []string `arg:"" optional:"" help:"${templates}"`
	Diff     bool     `help:"Show what changes: the two arguments are the templates before and after the change."`
	Format   string   `enum:"svg,mermaid,drawio" default:"svg" help:"Output format: svg, mermaid or drawio."`
	Out      string   `short:"o" default:"-" help:"File to write, or - for standard output."`
	Force    bool     `help:"Replace the file if it exists."`
	Title    string   `placeholder:"TEXT" help:"Title. Default: the names of the stacks."`
	Around   []string `sep:"none" placeholder:"NAME" help:"Draw only this tier and whom it exchanges traffic with. Repeatable."`
	Places   string   `enum:"none,zones,subnets" default:"none" help:"Places that boxes list beside their contents: none, zones or subnets."`
	Whole    bool     `help:"Draw every tier, even if the picture is then too large to read."`
	templateFlags
	reachFlags
}

// Run draws what the templates carry.
func (d drawCommand) Run(c console) error {
	p, err := d.picture()
	if err != nil {
		return err
	}
	if len(p.Boxes) == 0 {
		return errors.New("nothing to draw: the templates contain no security group and no resource that has one")
	}
	if unknown := p.Around(d.Around); len(unknown) > 0 {
		return fmt.Errorf("no tier is named %s; `tierwall show` lists all", strings.Join(unknown, ", "))
	}
	return d.write(c, d.render(p))
}

// render writes the picture in the format. It folds what is too large for the format, or for a reader.
func (d drawCommand) render(p *picture.Picture) string {
	if !d.Whole {
		p.Fold(picture.IsLarge)
	}
	switch d.Format {
	case "mermaid":
		p.Fold(mermaid.IsLarge)
		return mermaid.Write(p)
	case "drawio":
		return drawio.Write(placing.Make(p))
	}
	return svg.Write(placing.Make(p))
}

// picture makes the picture of the templates, or of the change.
func (d drawCommand) picture() (*picture.Picture, error) {
	if !d.Diff {
		assembly, err := d.load(d.Template...)
		if err != nil {
			return nil, err
		}
		one, err := d.survey(assembly)
		return one.Picture, err
	}
	before, after, err := d.loadDiff(d.Template)
	if err != nil {
		return nil, err
	}
	old, err := d.survey(before)
	if err != nil {
		return nil, err
	}
	now, err := d.survey(after)
	if err != nil {
		return nil, err
	}
	return survey.Compare(old, now, reach.Diff(old.Topology(), now.Topology())).Picture, nil
}

// survey surveys an assembly.
func (d drawCommand) survey(a *cfn.Assembly) (survey.Survey, error) {
	in, err := surveyInput(a, d.Title, d.reachFlags)
	if err != nil {
		return survey.Survey{}, err
	}
	in.Places = placesByName[d.Places]
	return survey.Make(in), nil
}

// surveyInput collects what a picture of an assembly is made of, with the declaration beside it if there is one.
func surveyInput(a *cfn.Assembly, title string, flags reachFlags) (survey.Input, error) {
	in := survey.Input{Assembly: a, Title: cmp.Or(title, titleOf(a)), AssumesOpen: flags.AssumeOpen}
	var err error
	if in.Declaration, err = declarationBeside(a); err != nil {
		return in, err
	}
	if in.Declaration == nil {
		in.Topology, err = flags.topology(a)
		return in, err
	}
	if in.Topology, err = proof.Topology(a, in.Declaration); err == nil {
		in.Report, err = proof.Prove(a, in.Declaration)
	}
	if err == nil && flags.AssumeOpen {
		in.Topology.AssumeOpenPlaces()
	}
	return in, err
}

var placesByName = map[string]survey.Places{"none": survey.NoPlaces, "zones": survey.Zones, "subnets": survey.Subnets}

// declarationBeside reads the declaration in the cloud assembly or beside the templates. It returns nil if there is none.
func declarationBeside(a *cfn.Assembly) (*proof.Declaration, error) {
	file := proveCommand{}.file(a)
	data, err := cfn.ReadIn(filepath.Dir(file), proof.FileName)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var declared *proof.Declaration
	if err == nil {
		declared, err = proof.Decode(data)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return declared, nil
}

// titleOf names the stacks of an assembly.
func titleOf(a *cfn.Assembly) string {
	var names []string
	for _, s := range a.Stacks {
		if s.Parent == nil {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ", ")
}

// write writes to the file or to standard output. The formats escape what comes from templates.
func (d drawCommand) write(c console, text string) error {
	if d.Out != "-" {
		return writeFile(d.Out, []byte(text), d.Force)
	}
	return c.write(text)
}
