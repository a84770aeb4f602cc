package cli

import (
	"errors"

	"github.com/tierwall/tierwall/internal/gen/document"
)

type schemaCommand struct {
	For    string `placeholder:"FILE" help:"File of an architecture whose names the schema shall know."`
	Output string `placeholder:"COMMAND" help:"Print the schema of what this command writes with --format json instead."`
}

// Run prints the schema.
func (s schemaCommand) Run(c console) error {
	if s.Output != "" {
		return s.printOutput(c)
	}
	text := document.Schema()
	if s.For != "" {
		d, err := readDocument(c, s.For)
		if err != nil {
			return err
		}
		text = document.SchemaFor(d)
	}
	return c.file(string(text))
}

// printOutput prints the schema of the JSON of a command.
func (s schemaCommand) printOutput(c console) error {
	if s.For != "" {
		return errors.New("--output and --for: name one of them; --for is about architecture.yaml")
	}
	schema, err := outputSchema(s.Output, false)
	if err != nil {
		return err
	}
	text, err := toJSON(schema)
	if err != nil {
		return err
	}
	return c.file(text)
}

// Help is the long help of schema.
func (schemaCommand) Help() string {
	return `Use it so that your editor completes and checks architecture.yaml: write the schema beside the file, which names it in its first
line. With --for, the schema also has the names of the file, and the table of who may reach whom.

With --output, it is the JSON Schema (draft 2020-12) of what a command writes with --format json, for programs that read it. The names of
properties stay; a later version may add some.

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall schema > architecture.schema.json
    tierwall schema --output prove > prove.schema.json
`
}
