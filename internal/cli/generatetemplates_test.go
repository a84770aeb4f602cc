package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/gen/folder"
	"github.com/tierwall/tierwall/internal/gen/owned"
)

// TestLargeTemplates: CloudFormation takes a large template from a bucket only, which the command says.
func TestLargeTemplates(t *testing.T) {
	t.Parallel()
	changes := folder.Changes{Files: []owned.File{
		{Path: "Live/Shop.template.json", Data: make([]byte, maxTemplateBody+1)},
		{Path: "Test/Shop.template.json", Data: make([]byte, maxTemplateBody)},
		{Path: "Live/tierwall.json", Data: make([]byte, maxTemplateBody+1)},
	}}
	assert.Contains(t, generateCommand{To: "cloudformation"}.writtenText(changes), "templates larger than 51200 bytes: 1;")
	assert.NotContains(t, generateCommand{To: "app"}.writtenText(changes), "51200")
}
