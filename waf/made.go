package waf

import (
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/tiers"
)

// made has the proof hold a resource against the properties that it was made with.
func made(name string, resource awscdk.CfnResource, at diag.Position, properties map[string]any) {
	tiers.DeclareControl(tiers.MadeControl{Name: name, Resource: resource, Properties: func() map[string]any { return properties }, At: at})
}

// made is what the web ACL was made with, its rules of now included.
func (w *WebACL) made() map[string]any {
	out := properties(w.content).(map[string]any)
	maps.DeleteFunc(out, func(name string, _ any) bool { return name == "Name" || name == "Description" })
	return out
}
