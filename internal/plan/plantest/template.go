package plantest

import (
	"strings"

	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/proof"
)

// File is the name of the template that [Template] makes.
const File = "Test.template.json"

// Template returns the template of a plan in one stack, and the declaration that says where its parts are. Logical ids are construct paths
// without slashes, which tests can spell. A symbolic operand is an Fn::ImportValue of its name.
func Template(p *plan.Plan) ([]byte, *proof.Declaration) {
	made, declared := template.Make(template.Input{
		Plan: p, File: File, OneStack: true, IPAMPool: "ipam-pool-0123456789abcdef0", LogicalID: inLogicalID.Replace,
		Symbol: func(symbol string) any { return map[string]any{"Fn::ImportValue": symbol} },
	})
	return made.JSON(), declared
}

// inLogicalID leaves out of a path what a logical id cannot have.
var inLogicalID = strings.NewReplacer("/", "", "-", "")
