package cli

import "github.com/tierwall/tierwall/internal/gen/document"

type schemaCommand struct {
	For string `placeholder:"FILE" help:"File of an architecture whose names the schema shall know."`
}

// Run prints the schema.
func (s schemaCommand) Run(c console) error {
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

// Help is the long help of schema.
func (schemaCommand) Help() string {
	return `Use it so that your editor completes and checks architecture.yaml: write the schema beside the file, which names it in its first
line. With --for, the schema also has the names of the file, and the table of who may reach whom.

Exit codes:

    0  success
    2  wrong usage or input

Examples:

    tierwall schema > architecture.schema.json
    tierwall schema --for architecture.yaml > architecture.schema.json
`
}
