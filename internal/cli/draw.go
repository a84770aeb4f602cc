package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	placing "github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/picture/svg"
	"github.com/tierwall/tierwall/internal/proof"
)

type drawCommand struct {
	Template []string `arg:"" optional:"" help:"${templates}"`
	Format   string   `enum:"svg,mermaid,drawio" default:"svg" help:"Output format: svg, mermaid or drawio."`
	Output   string   `short:"o" placeholder:"FILE" help:"Write to this file, and replace it. Default: standard output."`
	Title    string   `placeholder:"TEXT" help:"Title of the picture. Default: the names of the stacks."`
	Around   []string `sep:"none" placeholder:"NAME" help:"Draw only this tier and whom it exchanges traffic with; repeatable."`
	Places   string   `enum:"none,zones,subnets" default:"none" help:"What boxes list beside their contents: none, zones or subnets."`
	Whole    bool     `help:"Draw every box, even if the picture is then too large to read."`
	templateFlags
	reachFlags
}

// Run draws what the templates carry.
func (d drawCommand) Run(c console) error {
	assembly, err := d.load(d.Template...)
	if err != nil {
		return err
	}
	p, err := d.picture(assembly)
	if err != nil {
		return err
	}
	if len(p.Boxes) == 0 {
		return errors.New("nothing to draw: the templates contain no security group and no resource that has one")
	}
	if unknown := p.Around(d.Around); len(unknown) > 0 {
		return fmt.Errorf("no tier is named %s; `tierwall show` lists all", strings.Join(unknown, ", "))
	}
	if !d.Whole {
		p.Fold()
	}
	return d.write(c, p)
}

// picture makes the picture of an assembly.
func (d drawCommand) picture(a *cfn.Assembly) (*picture.Picture, error) {
	top, err := d.topology(a)
	if err != nil {
		return nil, err
	}
	in := survey.Input{Assembly: a, Topology: top, Title: d.Title}
	if in.Title == "" {
		in.Title = titleOf(a)
	}
	in.Places = map[string]survey.Places{"zones": survey.Zones, "subnets": survey.Subnets}[d.Places]
	if a.Dir != "" {
		in.Declaration, err = proveCommand{}.declaration(a)
	}
	_ = os.ErrNotExist
	if err != nil || in.Declaration == nil {
		return survey.Make(in), nil
	}
	if in.Report, err = proof.Prove(a, in.Declaration); err != nil {
		return nil, err
	}
	return survey.Make(in), nil
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

func (d drawCommand) write(c console, p *picture.Picture) error {
	text := svg.Write(placing.Make(p))
	if d.Output != "" {
		return writeFile(d.Output, []byte(text), true)
	}
	return c.write(text)
}
